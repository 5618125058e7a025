/** Who calls: a bearer token for API clients, or the cookie of the portal. */
import type { Request } from 'express';
import { Refusal } from '../../domain/refusal.ts';
import { getCaller, type Caller } from '../../store/sessions.ts';
import type { Services } from '../services.ts';

export const SESSION_COOKIE = '__Host-davtalab';

const BEARER = /^Bearer ([\w-]{20,100})$/iu;
const SAFE_METHODS = ['GET', 'HEAD'];

function cookieToken(request: Request): string | undefined {
  for (const part of (request.get('Cookie') ?? '').split(';')) {
    const [name, value] = part.trim().split('=');
    if (name === SESSION_COOKIE) return value;
  }
  return undefined;
}

/** A cookie travels by itself, so an effect needs the browser's word that our own pages asked for it. */
function requireOwnOrigin(request: Request, origins: readonly string[]): void {
  if (SAFE_METHODS.includes(request.method)) return;
  if (!origins.includes(request.get('Origin') ?? '')) throw new Refusal('forbidden');
}

interface Asked {
  /** The registration that the request names; null: it names none. */
  readonly registrationId: string | null;
  /** Whether the request is the candidate's use of the session. */
  readonly isUse: boolean;
  /** Whether it may be the repeat of a request that took its own token out of use. */
  readonly mayBeRotated: boolean;
}

/**
 * Whose request it is, and whether the registration that it names is theirs.
 * @throws Refusal `sign-in-required`, `session-expired`, `session-replaced`, `forbidden`
 */
export async function authenticate(
  request: Request,
  asked: Asked,
  { db, origins, now }: Pick<Services, 'db' | 'origins' | 'now'>,
): Promise<Caller> {
  const header = request.get('Authorization');
  if (header !== undefined) {
    const token = BEARER.exec(header)?.[1];
    if (token === undefined) throw new Refusal('sign-in-required');
    return getCaller(db, { token, ...asked }, now());
  }
  const token = cookieToken(request);
  if (token === undefined) throw new Refusal('sign-in-required');
  requireOwnOrigin(request, origins);
  return getCaller(db, { token, ...asked }, now());
}
