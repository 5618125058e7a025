/** What the panel answers when something is refused or breaks: a notice for its scripts, a page for people. */
import type { NextFunction, Request, Response } from 'express';
import { Refusal } from '../domain/refusal.ts';
import { REFUSALS, type RefusalCode } from '../domain/refusals.ts';
import type { Logger } from '../platform/log.ts';
import { isPassing } from '../store/passing-error.ts';
import { ROOT } from './access.ts';
import { plainPage } from './plain-page.ts';

export interface Notice {
  readonly type: 'success' | 'info' | 'error';
  readonly message: string;
  readonly code?: string;
}

export function noticeOf(code: RefusalCode, details: readonly { readonly message: string }[] = []): Notice {
  const message = [REFUSALS[code].title.fa, ...details.map((item) => item.message)].join(' ');
  return { type: 'error', message, code };
}

/** The body that AdminJS expects where a record was asked for and there is none to show. */
export function refusedRecord(notice: Notice): Record<string, unknown> {
  const baseError = { type: 'NotFoundError', message: notice.message };
  return { notice, record: { params: {}, populated: {}, errors: {}, baseError }, records: [] };
}

export function notFound(): never {
  throw new Refusal('not-found');
}

/** The database is back in seconds or not soon; whoever asks again then loses nothing. */
const RETRY_AFTER_SECONDS = '3';

/** The last handler. Texts of errors stay in the log; a client sees a code and a Persian sentence. */
export function answerProblems(logger: Logger) {
  // oxlint-disable-next-line max-params -- Express knows an error handler by its four parameters.
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    const refusal = error instanceof Refusal ? error : new Refusal(codeOf(error));
    if (refusal.code === 'internal-error')
      logger.error({ err: error, route: request.route?.path as unknown });
    if (response.headersSent) return next(error);
    const { status, title } = REFUSALS[refusal.code];
    if (refusal.details.allow) response.set('Allow', refusal.details.allow.join(', '));
    if (status === 503) response.set('Retry-After', RETRY_AFTER_SECONDS);
    // What is left of a refused body is not read.
    if (refusal.code === 'body-too-large') response.set('Connection', 'close');
    response.status(status);
    if (request.path.startsWith(`${ROOT}/api/`) || request.accepts(['json', 'html']) === 'json') {
      response.json(refusedRecord(noticeOf(refusal.code, refusal.details.errors)));
    } else {
      response.send(plainPage({ title: title.fa, body: `<p><a href="${ROOT}">بازگشت به میز کار</a></p>` }));
    }
  };
}

/** Errors of the parts below that are the client's mistake, or the database's absence. */
function codeOf(error: unknown): RefusalCode {
  const { name, status } = (error ?? {}) as { name?: string; status?: number };
  if (name === 'ForbiddenError') return 'forbidden';
  if (name === 'NotFoundError') return 'not-found';
  if (error instanceof URIError || status === 400) return 'request-invalid';
  return isPassing(error) ? 'unavailable' : 'internal-error';
}
