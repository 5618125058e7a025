/** Errors of the sandbox's own paths (not the providers', who have their own shapes), as problem documents. */
import type { Response } from 'express';

export function sendProblem(
  response: Response,
  problem: { readonly status: number; readonly title: string },
): void {
  response
    .status(problem.status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', ...problem }));
}
