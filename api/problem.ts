/** The one place where a refusal becomes a problem document (RFC 9457), and where everything else is stripped away. */
import type { Request, Response } from 'express';
import { HELP_LINE } from '../domain/messages.ts';
import type { Refusal } from '../domain/refusal.ts';
import { REFUSALS, type RefusalCode } from '../domain/refusals.ts';
import type { Problem } from './contract/base.ts';
import { itemIn, type Language } from './item-texts.ts';

const CALL_US: Readonly<Record<Language, string>> = {
  fa: `اگر کمک می‌خواهید با ${HELP_LINE} تماس بگیرید.`,
  en: `If you need help, call ${HELP_LINE}.`,
};

/** Retry after this when a part of ours is away and nothing better is known. */
const RETRY_SECONDS = 3;
const INSTANCE_LENGTH_MAX = 200;

interface ProblemContext {
  readonly language: Language;
  readonly instance: string;
  readonly requestId: string;
}

interface TextEntry {
  readonly status: number;
  readonly title: Readonly<Record<Language, string>>;
  readonly detail?: Readonly<Record<Language, string>>;
}

/** The HTTP status of a refusal. */
export function statusOf(code: RefusalCode): number {
  return REFUSALS[code].status;
}

/** The document of a refusal: the members of the contract and nothing else. */
export function problemOf(
  { code, details }: Pick<Refusal, 'code' | 'details'>,
  context: ProblemContext,
): Problem {
  const entry: TextEntry = REFUSALS[code];
  const { errors = [], attemptsLeft, limit, bank, text, device, versions, advice } = details;
  const { draft, changed, conflicts, mayAccept } = details;
  return {
    type: `urn:davtalab:problem:${code}`,
    title: entry.title[context.language],
    status: entry.status,
    detail: advice?.[context.language] ?? entry.detail?.[context.language] ?? CALL_US[context.language],
    instance: context.instance,
    code,
    requestId: context.requestId,
    help: HELP_LINE,
    errors: errors.map((item) => itemIn(context.language, item)),
    ...(attemptsLeft === undefined ? {} : { attemptsLeft }),
    ...(limit === undefined ? {} : { limit }),
    ...(bank === undefined ? {} : { bank }),
    ...(text === undefined ? {} : { text: text[context.language] }),
    ...(mayAccept === undefined ? {} : { mayAccept }),
    ...(device === undefined ? {} : { device: { ...device } }),
    ...(versions === undefined ? {} : { versions: { ...versions } }),
    ...(draft === undefined ? {} : { draft: { ...draft } as NonNullable<Problem['draft']> }),
    ...(changed === undefined ? {} : { changed: [...changed] }),
    ...(conflicts === undefined ? {} : { conflicts: [...conflicts] }),
  };
}

export function languageOf(request: Request): Language {
  return request.acceptsLanguages('fa', 'en') === 'en' ? 'en' : 'fa';
}

/** Without the query, which may hold anything. */
function instanceOf(request: Request): string {
  return (request.originalUrl.split('?')[0] ?? '').slice(0, INSTANCE_LENGTH_MAX);
}

/** Answers a request with the problem document of a refusal. */
export function sendProblem(request: Request, response: Response, refusal: Refusal): void {
  const language = languageOf(request);
  const problem = problemOf(refusal, {
    language,
    instance: instanceOf(request),
    requestId: String(response.getHeader('X-Request-Id') ?? ''),
  });
  const { retryAfterSeconds = problem.status === 503 ? RETRY_SECONDS : undefined, allow } = refusal.details;
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds));
  if (allow !== undefined) response.setHeader('Allow', allow.join(', '));
  if (problem.status === 401) {
    const scheme = refusal.code === 'provider-unknown' ? 'Basic realm="reports"' : 'Bearer';
    response.setHeader('WWW-Authenticate', scheme);
  }
  response.setHeader('Content-Language', language);
  response
    .status(problem.status)
    .type('application/problem+json; charset=utf-8')
    .send(Buffer.from(JSON.stringify(problem)));
}
