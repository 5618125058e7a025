/** The REST door of one candidate: bearer token, own address, one `Idempotency-Key` per effect. */
import { randomUUID } from 'node:crypto';
import { Deviation } from './deviation.ts';
import { codeOf, knock, type Patience, PATIENCE_MS, type Reply, until } from './door.ts';
import type { Command, CommandAnswer } from './contract.ts';
import type { CommandReceipt, Receipts } from './receipts.ts';

export interface Rest {
  readonly patience: Patience;
  readonly receipts: Receipts;
  signedInWith(token: string): void;
  get(path: string): Promise<Reply>;
  /** An effect that is not a command (codes, sessions), with its key. */
  post(path: string, body: unknown): Promise<Reply>;
  put(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  putPicture(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<Reply>;
  command(order: CommandOrder): Promise<CommandOutcome>;
}

export interface CommandOrder {
  readonly kind: string;
  readonly path: string;
  readonly body: unknown;
  /** The version of the draft that is meant, for a submission. */
  readonly ifMatch?: number;
  readonly registrationId?: string;
}

/** How a command ended for the client: its answer with the outcome, or the code of the refusal. */
export type CommandOutcome =
  | {
      readonly refused: null;
      /** The first answer's status: 200 or 201 with the outcome, 202 when it had to be asked for. */
      readonly status: number;
      readonly answer: CommandAnswer & Readonly<Record<string, unknown>>;
      readonly result: Readonly<Record<string, unknown>>;
    }
  | { readonly refused: string; readonly status: number; readonly problem: unknown };

interface RestOptions {
  readonly api: string;
  /** What the client's network shows as its address; each person has another one. */
  readonly address: string;
  readonly patience: Patience;
  readonly receipts: Receipts;
}

/** The body of a reply with one of these statuses; a Deviation with the refusal's code otherwise. */
export function bodyOf<T>(reply: Reply, ...statuses: number[]): T {
  if (statuses.includes(reply.status)) return reply.body as T;
  throw new Deviation(`answered ${describe(reply)}, expected ${statuses.join(' or ')}`);
}

function describe(reply: Reply): string {
  const { body } = reply;
  const errors =
    typeof body === 'object' && body !== null && 'errors' in body ? JSON.stringify(body.errors) : '';
  return `${reply.status} ${codeOf(body)} ${errors}`.trim();
}

/** What is kept of a command's answer, to be asked for in the end. */
function receiptOf(
  { kind, registrationId, ifMatch }: CommandOrder,
  key: string,
  answer: CommandAnswer & Readonly<Record<string, unknown>>,
): CommandReceipt {
  const { commandId, state, receivedAt, preliminaryCode, contentHash } = answer;
  return {
    ...{ what: 'command', kind, key, commandId, state, receivedAt },
    ...(registrationId === undefined ? {} : { registrationId }),
    ...(ifMatch === undefined ? {} : { draftVersion: ifMatch }),
    ...(typeof preliminaryCode === 'string' ? { preliminaryCode } : {}),
    ...(typeof contentHash === 'string' ? { contentHash } : {}),
  };
}

/** Asks the place that a 202 named until the command is decided. */
function decided(ask: () => Promise<Reply>): Promise<Command> {
  return until({
    what: 'the outcome of a command',
    patienceMs: PATIENCE_MS,
    look: async () => {
      const command = bodyOf<Command>(await ask(), 200);
      return command.state === 'done' || command.state === 'refused' ? command : undefined;
    },
  });
}

export function newRest({ api, address, patience, receipts }: RestOptions): Rest {
  const base = `${api}/api/v1`;
  let authorization: Record<string, string> = {};

  function ask(
    method: string,
    path: string,
    rest: { headers?: object; body?: string | Uint8Array<ArrayBuffer> } = {},
  ) {
    const headers = {
      accept: 'application/json',
      'x-forwarded-for': address,
      ...authorization,
      ...rest.headers,
    };
    const body = rest.body === undefined ? {} : { body: rest.body };
    return knock(
      { method, url: path.startsWith('/api/') ? api + path : base + path, headers, ...body },
      patience,
    );
  }

  const json = (body: unknown) => ({ body: JSON.stringify(body) });
  const jsonType = { 'content-type': 'application/json' };
  const get = (path: string) => ask('GET', path);

  async function command(order: CommandOrder): Promise<CommandOutcome> {
    const key = randomUUID();
    const match = order.ifMatch === undefined ? {} : { 'if-match': `"${order.ifMatch}"` };
    const headers = { ...jsonType, 'idempotency-key': key, ...match };
    const reply = await ask('POST', order.path, { headers, ...json(order.body) });
    const { status } = reply;
    if (status >= 400) return { refused: codeOf(reply.body) || String(status), status, problem: reply.body };
    const answer = bodyOf<CommandAnswer & Record<string, unknown>>(reply, 200, 201, 202);
    if (typeof answer.commandId !== 'string')
      throw new Deviation(`${order.kind}: ${status} without a commandId`);
    receipts.keep(receiptOf(order, key, answer));
    if (status !== 202) return { refused: null, status, answer, result: answer };
    const location = reply.headers.get('location');
    if (location === null) throw new Deviation(`${order.kind}: 202 without a Location`);
    const { state, code, result } = await decided(() => get(location));
    if (state === 'refused') return { refused: code ?? 'refused', status, problem: reply.body };
    receipts.keep(receiptOf(order, key, { ...answer, state }));
    return { refused: null, status, answer: { ...answer, state }, result: result ?? {} };
  }

  return {
    patience,
    receipts,
    signedInWith: (token) => void (authorization = { authorization: `Bearer ${token}` }),
    get,
    post: (path, body) =>
      ask('POST', path, { headers: { ...jsonType, 'idempotency-key': randomUUID() }, ...json(body) }),
    put: (path, body, headers) => ask('PUT', path, { headers: { ...jsonType, ...headers }, ...json(body) }),
    putPicture: (path, bytes) => ask('PUT', path, { headers: { 'content-type': 'image/jpeg' }, body: bytes }),
    command,
  };
}
