/** Providers that report to us: no person and no session, but a name and a key of their own (Basic, RFC 7617). */
import type { Request } from 'express';
import { Refusal } from '../../domain/refusal.ts';
import { constantTimeEqual } from '../../platform/secret.ts';
import type { Services } from '../services.ts';

const BASIC = /^Basic ([A-Za-z0-9+/=]{1,600})$/iu;
const SMS_PROVIDER = 'kavenegar';

/** @throws Refusal `provider-unknown` */
export function requireProvider(request: Request, { keys }: Pick<Services, 'keys'>): void {
  const given = BASIC.exec(request.get('Authorization') ?? '')?.[1] ?? '';
  const shown = Buffer.from(given, 'base64').toString();
  if (!constantTimeEqual(shown, `${SMS_PROVIDER}:${keys.smsReports}`)) throw new Refusal('provider-unknown');
}
