/** The rule against VPNs at the door of a route: refuses, or lets pass with a notice (NET-2). */
import type { Request } from 'express';
import { Refusal } from '../../domain/refusal.ts';
import { clientAddress } from '../client-address.ts';
import type { NetworkRule } from '../network-rule.ts';

/** Carries the code of a refusal that was only a warning. */
export const NOTICE_HEADER = 'Davtalab-Notice';

/** @throws Refusal `network-not-allowed` */
export function requireInside(request: Request, rule: NetworkRule): void {
  const verdict = rule.judge(clientAddress(request));
  if (verdict === 'refused') throw new Refusal('network-not-allowed');
  if (verdict === 'warned') request.res?.setHeader(NOTICE_HEADER, 'network-not-allowed');
}
