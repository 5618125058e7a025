/** The end of the line: whatever a request met becomes a problem document, and what is ours to know goes to the log. */
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { Refusal } from '../../domain/refusal.ts';
import type { Logger } from '../../platform/log.ts';
import { isPassing } from '../../store/passing-error.ts';
import { sendProblem } from '../problem.ts';

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  // The router's own: a path with a broken percent sign leads nowhere.
  if (error instanceof URIError) return new Refusal('not-found');
  return new Refusal(isPassing(error) ? 'unavailable' : 'internal-error');
}

export function notFound(): RequestHandler {
  return () => {
    throw new Refusal('not-found');
  };
}

export function problems(log: Logger): ErrorRequestHandler {
  // oxlint-disable-next-line max-params -- Express knows an error handler by its four parameters.
  return (error: unknown, request, response, _next) => {
    const refusal = refusalOf(error);
    if (refusal.code === 'internal-error' || refusal.code === 'unavailable') {
      const requestId = String(response.getHeader('X-Request-Id') ?? '');
      log.error({ err: error, requestId, method: request.method, code: refusal.code }, 'request failed');
    }
    // Nobody is there any more to be told.
    if (request.socket.destroyed) return;
    if (response.headersSent) response.destroy();
    else sendProblem(request, response, refusal);
  };
}
