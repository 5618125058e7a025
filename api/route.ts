/**
 * A route is one line of policy: method, path, who may, what it needs, what it takes, what it answers, who does it.
 * Everything about a request that is not the handler's own work follows from that line, and so does openapi.json.
 */
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { RefusalCode } from '../domain/refusals.ts';
import type { Instant } from '../domain/registration.ts';
import type { Idempotency } from '../store/idempotency.ts';
import type { Session } from '../store/sessions.ts';
import type { RequestLimit } from './request-limits.ts';
import type { Services } from './services.ts';

export type Method = 'get' | 'put' | 'patch' | 'post' | 'delete';
/**
 * `own-registration` is a candidate whose the registration `{id}` of the path is; for anybody else it is not there.
 * `provider` is somebody outside who reports to us, with a key of its own.
 */
export type Who = 'public' | 'candidate' | 'own-registration' | 'provider';
/** K: an `Idempotency-Key`; M: an `If-Match` with the version that the client saw. */
export type Needs = 'K' | 'M' | 'KM';

type PathNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathNames<Rest>
  : never;

/** A JSON answer by its schema, an answer without a body (null), or one of another media type. */
export type AnswerForm = z.ZodType | null | { readonly media: string };
export type AnswerForms = Readonly<Partial<Record<200 | 201 | 202 | 204 | 303 | 304, AnswerForm>>>;

export interface Answer<Status extends number = number> {
  readonly status: Status;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of a JSON body. */
  readonly content?: { readonly type: string; readonly bytes: Buffer | string };
  /** Instead of any body: takes the response over. */
  readonly stream?: (response: Response) => void;
}

/** An answer with a JSON body, or with none when `body` is left out. */
export function answer<Status extends number>(
  status: Status,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer<Status> {
  return { status, body, headers };
}

export interface Call<
  W extends Who = Who,
  Path extends string = string,
  Query = unknown,
  Body = unknown,
  N extends Needs | undefined = Needs | undefined,
> {
  readonly params: Readonly<Record<PathNames<Path>, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly session: W extends 'public' | 'provider' ? undefined : Session;
  readonly idempotency: N extends 'K' | 'KM' ? Idempotency : undefined;
  readonly version: N extends 'M' | 'KM' ? number : undefined;
  readonly request: Request;
  /** When the request arrived, milliseconds UTC. */
  readonly now: Instant;
}

/** What all routes have in common, whatever their handler takes. */
export interface Policy {
  readonly method: Method;
  readonly path: string;
  readonly operation: string;
  readonly summary: string;
  readonly who: Who;
  readonly needs?: Needs | undefined;
  /** A limit of its own beside those of everybody, or `none` for what watches over us. */
  readonly limit?: RequestLimit | 'none' | undefined;
  /** The rule against VPNs holds here (NET-2). */
  readonly fromInside?: true | undefined;
  /** Apps ask for it by themselves, so it is no use of the session and does not put its idle end off (SES-1). */
  readonly byItself?: true | undefined;
  /** It takes its own token out of use, and so its repeat may come with that one (SES-6). */
  readonly rotates?: true | undefined;
  readonly query?: z.ZodObject | 'any' | undefined;
  readonly body?: z.ZodType | 'image/jpeg' | undefined;
  /** How the body is written; JSON when it is left out. */
  readonly media?: 'application/x-www-form-urlencoded' | 'application/merge-patch+json' | undefined;
  readonly answers: AnswerForms;
  /** Its own refusals, beside those that follow from the policy. */
  readonly refusals?: readonly RefusalCode[] | undefined;
}

export interface Route extends Policy {
  readonly handle: (call: Call, services: Services) => Promise<Answer>;
}

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

interface RouteLine<
  W extends Who,
  Path extends string,
  Query extends z.ZodObject | 'any' | undefined,
  Body extends z.ZodType | 'image/jpeg' | undefined,
  N extends Needs | undefined,
  Forms extends AnswerForms,
> extends Policy {
  readonly path: Path;
  readonly who: W;
  readonly needs?: N;
  readonly query?: Query;
  readonly body?: Body;
  readonly answers: Forms;
  readonly handle: (
    call: Call<W, Path, Parsed<Query>, Parsed<Body>, N>,
    services: Services,
  ) => Promise<Answer<keyof Forms & number>>;
}

/** Checks the line against its handler, and forgets the types that only the handler needs. */
export function route<
  W extends Who,
  Path extends string,
  Forms extends AnswerForms,
  Query extends z.ZodObject | 'any' | undefined = undefined,
  Body extends z.ZodType | 'image/jpeg' | undefined = undefined,
  N extends Needs | undefined = undefined,
>(line: RouteLine<W, Path, Query, Body, N, Forms>): Route {
  return line as unknown as Route;
}
