/** Counts a request by its address, its candidate and its route (API-7), and undoes that when we failed it. */
import type { Request, Response } from 'express';
import { Refusal } from '../../domain/refusal.ts';
import type { Session } from '../../store/sessions.ts';
import { clientAddress, placeOf } from '../client-address.ts';
import { statusOf } from '../problem.ts';
import { limitHeaders, spread, type RequestLimit, type RequestLimits } from '../request-limits.ts';
import type { Policy } from '../route.ts';

export interface Count {
  /** Who shows no session. @throws Refusal `too-many-requests` */
  byAddress(): Promise<void>;
  /** By the candidate and not by the session: signing in again gives nobody new points. */
  byCandidate(session: Session): Promise<void>;
  /** Gives back what was taken when the request failed by our own fault. */
  failed(error: unknown): Promise<void>;
}

export function needsSession({ who }: Policy): boolean {
  return who === 'candidate' || who === 'own-registration';
}

/** What a route counts by the address, and what by the candidate; where a session is needed, the one or the other. */
export function limitsOf({ who, method, limit }: Policy): Record<'address' | 'candidate', RequestLimit[]> {
  if (limit === 'none') return { address: [], candidate: [] };
  const own = limit === undefined ? [] : [limit];
  if (who === 'provider') return { address: ['reports'], candidate: [] };
  if (who === 'public') return { address: ['address', ...own], candidate: [] };
  return {
    address: ['address'],
    candidate: ['candidate', ...(method === 'get' ? [] : ['changes' as const]), ...own],
  };
}

interface Counted {
  readonly request: Request;
  readonly response: Response;
  readonly limits: RequestLimits;
}

/** The headers tell of what is scarcest. */
export function countOf(policy: Policy, { request, response, limits }: Counted): Count {
  const by = limitsOf(policy);
  const taken: { name: RequestLimit; subject: string }[] = [];
  let scarcest = Number.POSITIVE_INFINITY;

  async function takeEach(names: readonly RequestLimit[], subject: string): Promise<void> {
    for (const name of names) {
      taken.push({ name, subject });
      const left = await limits.take({ name, subject });
      const share = left.allowed ? left.remaining / left.limit.points : -1;
      if (share >= scarcest) continue;
      scarcest = share;
      response.set(limitHeaders(left));
      if (left.allowed) continue;
      throw new Refusal('too-many-requests', { retryAfterSeconds: spread(left.resetSeconds) });
    }
  }

  return {
    byAddress: () => takeEach(by.address, placeOf(clientAddress(request))),
    byCandidate: ({ candidateId }) => takeEach(by.candidate, candidateId),
    async failed(error) {
      if (error instanceof Refusal && statusOf(error.code) < 500) return;
      for (const one of taken) await limits.giveBack(one);
    },
  };
}
