/** API-2: every cell of the authorization matrix is carried out, and what is somebody else's is as if it were not there. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { v7 as newId } from 'uuid';
import { ROUTES } from '../../api/routes/index.ts';
import { operationRoutes } from '../../api/routes/operations.ts';
import type { Route } from '../../api/route.ts';
import { jpeg, openRegistration, registrationBody } from '../api/candidate.ts';
import type { ApiClient, Reply } from '../api/client.ts';
import type { Status } from '../../domain/lifecycle.ts';
import { findStaffSession, openStaffSession } from '../../store/staff-sessions.ts';
import { openOffice, SMS_REPORT_KEY, type Office } from '../api/office.ts';
import { API_MATRIX, OUTSIDERS, STATUSES, type Outcome, type Outsider } from './api-matrix.ts';

/** Pairs of requests in one measure of what their times tell, and how many measures have to tell it. */
const PAIRS = 30;
const MEASURES = 3;

/** A candidate with a registration and one object of each kind that is addressed below it. */
interface Owner {
  readonly client: ApiClient;
  readonly registration: string;
  readonly objects: Readonly<Record<string, string>>;
}

let office: Office;
let picture: Uint8Array<ArrayBuffer>;
const owners = new Map<string, Owner>();
const outsiders = {} as Record<Outsider, ApiClient>;
let foreign: Owner;

async function newOwner(): Promise<Owner> {
  const client = await office.signIn();
  const registration = await openRegistration(client);
  await client.picture(`/registrations/${registration}/documents/photo`, picture);
  const { owner } = office.fresh;
  const command = (await owner('commands').where({ registration_id: registration }).first<{ id: string }>())
    .id;
  const [attempt, message] = [newId(), newId()];
  const at = new Date();
  await owner('card_verifications').insert({
    ...{ id: attempt, reference: randomUUID(), registration_id: registration, command_id: command },
    ...{ card_sealed: '', card_hmac: '', state: 'abandoned', created_at: at, updated_at: at },
  });
  await owner('messages').insert({
    ...{ id: message, registration_id: registration, cause: 'test', kind: 'info', text: '-', sent_at: at },
  });
  // The engine would have decided it.
  await owner('commands').where({ id: command }).update({ state: 'done' });
  return { client, registration, objects: { attemptId: attempt, messageId: message, id: command } };
}

/** What is otherwise while the code of a submission is awaited. */
const AWAITED: Readonly<Record<string, Outcome>> = { confirmSubmission: 'yes' };

const confirmation = ({ registration: id }: Owner, value: 'awaited' | null) =>
  office.fresh.owner('registrations').where({ id }).update({ confirmation: value });

/** The registration as it is in this status, whatever an earlier cell did to it. */
async function put({ registration: id }: Owner, status: Status): Promise<void> {
  // Several statements at once take no parameters; both values are ours.
  await office.fresh.owner.raw(`
    delete from card_verifications where registration_id = '${id}' and state <> 'abandoned';
    delete from drafts where registration_id = '${id}';
    delete from commands where registration_id = '${id}' and number > 1;
    delete from documents where registration_id = '${id}' and version > 1;
    update documents set removed_at = null where registration_id = '${id}';
    update registrations set status = '${status}', line = 'confirmed', person = 'confirmed' where id = '${id}'`);
}

beforeAll(async () => {
  office = await openOffice();
  picture = await jpeg();
  for (const status of STATUSES) owners.set(status, await newOwner());
  foreign = await newOwner();
  await beOutside();
});
afterAll(() => office.close());

async function beOutside(): Promise<void> {
  const { client } = office;
  const signedOut = await office.signIn();
  await signedOut.ask('DELETE', '/sessions/current');
  const replaced = await office.signIn({ mobile: '09360000001' });
  office.wait(61_000);
  await office.signIn({ mobile: '09360000001', device: { id: 'other', kind: 'windows', name: 'Other' } });
  const expired = await office.signIn();
  const newest = office.fresh.owner('sessions').max('created_at');
  await office.fresh
    .owner('sessions')
    .where({ created_at: newest })
    .update({ expires_at: new Date(0) });
  Object.assign(outsiders, { nobody: client, stranger: client.as('A'.repeat(43)), replaced, expired });
  Object.assign(outsiders, { 'signed-out': signedOut, provider: client, staff: client });
  SHOWN.staff = await shownByStaff();
}

/** A token of a reviewer who is signed in at the panel, as its cookie and as a token of the API. */
async function shownByStaff(): Promise<Record<string, string>> {
  const { db, owner } = office.fresh;
  const { id } = await owner('staff').where({ role: 'reviewer' }).first<{ id: string }>('id');
  const token = await openStaffSession(db, id, new Date());
  expect(await findStaffSession(db, token, new Date())).toMatchObject({ id });
  const cookie = ['davtalab-staff', '__Secure-davtalab-staff'].map((name) => `${name}=${token}`).join('; ');
  return { cookie, authorization: `Bearer ${token}` };
}

/** What a caller without a session of ours shows instead. */
const SHOWN: Partial<Record<Outsider, Record<string, string>>> = {
  provider: { authorization: `Basic ${Buffer.from(`kavenegar:${SMS_REPORT_KEY}`).toString('base64')}` },
};

/** A well-formed request to the operation about something: what is refused, is refused for who asks, or when. */
interface Target {
  readonly registration: string;
  readonly objects: Readonly<Record<string, string>>;
}
const MISSING: Target = {
  registration: newId(),
  objects: { attemptId: newId(), messageId: newId(), id: newId() },
};

function pathOf({ path, operation }: Route, { registration, objects }: Target): string {
  return path.replaceAll(/\{(\w+)\}/gu, (_all, name: string) => {
    if (name === 'kind') return 'photo';
    if (name === 'preliminaryCode') return '234-567-89A';
    if (name === 'id' && operation !== 'getCommand') return registration;
    return objects[name] ?? newId();
  });
}

const BODIES: Readonly<Record<string, (target: Target) => unknown>> = {
  requestSignInCode: () => ({ mobile: '1', device: { id: 'd' } }),
  signIn: () => ({ codeId: newId(), code: '000000', device: { id: 'd', kind: 'api', name: 'd' } }),
  openRegistration: () => registrationBody(),
  requestConfirmationCode: ({ registration }) => ({ purpose: 'withdrawal', registrationId: registration }),
  requestMobileCode: () => ({ mobile: '1' }),
  changeMobile: () => ({ newMobileCodeId: newId(), newMobileCode: '000000' }),
  saveDraft: () => ({ answers: { family: { maritalStatus: 'married', children: 1 } } }),
  changeDraft: () => ({ answers: { family: { maritalStatus: 'married' } } }),
  startVerification: () => ({ cardPrefix: '603799', cardSuffix: '1234' }),
  submit: () => ({ declaration: true }),
  confirmSubmission: () => ({ codeId: newId(), code: '000000' }),
  withdraw: () => ({}),
};

async function call(client: ApiClient, route: Route, target: Target, headers: Record<string, string> = {}) {
  const { operation, method, needs = '' } = route;
  const path = pathOf(route, target);
  const match = needs.includes('M') ? { 'if-match': '"0"' } : {};
  const key = needs.includes('K') ? { 'idempotency-key': randomUUID() } : {};
  const type = route.media === undefined ? {} : { 'content-type': route.media };
  const all = { ...match, ...key, ...type, ...headers };
  if (operation === 'streamEvents') return stream(client, path, all);
  if (operation === 'putDocument')
    return client.ask('PUT', path, { raw: await jpeg(7), headers: { ...all, 'content-type': 'image/jpeg' } });
  if (operation === 'reportSms') {
    return client.ask('POST', path, { raw: 'messageid=1&status=10', headers: all });
  }
  const body = BODIES[operation]?.(target);
  return client.ask(method.toUpperCase(), path, { ...(body === undefined ? {} : { body }), headers: all });
}

/** An event stream does not end by itself. */
async function stream(
  client: ApiClient,
  path: string,
  headers: Record<string, string>,
): Promise<Reply<unknown>> {
  const abort = new AbortController();
  const authorization: Record<string, string> =
    client.token === undefined ? {} : { authorization: `Bearer ${client.token}` };
  const response = await fetch(`${client.url}/api/v1${path}`, {
    headers: { ...authorization, ...headers },
    signal: abort.signal,
  });
  if (response.ok) {
    abort.abort();
    return { status: response.status, headers: response.headers, body: undefined, bytes: Buffer.alloc(0) };
  }
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, body: JSON.parse(bytes.toString()), bytes };
}

function outcomeOf({ status, body }: Reply<unknown>): Outcome {
  return status < 400 ? 'yes' : ((body as { code: Outcome }).code ?? 'internal-error');
}

const SIGNED_IN: readonly string[] = ['candidate', 'own-registration'];
const ALL: readonly Route[] = [...ROUTES, ...operationRoutes];
const rows = ALL.map((route) => [route.operation, route] as const);
const rowOf = ({ operation }: Route) => {
  const row = API_MATRIX[operation];
  if (row === undefined) throw new Error(`The matrix has no row for ${operation}`);
  return row;
};

describe('API-2: the authorization matrix', () => {
  test('has a row for each operation and for nothing else', () => {
    expect(Object.keys(API_MATRIX).toSorted()).toEqual(ALL.map(({ operation }) => operation).toSorted());
  });

  test.each(rows)('%s: by those who are no candidate', async (_operation, route) => {
    const seen: Record<string, Outcome> = {};
    for (const who of OUTSIDERS) {
      seen[who] = outcomeOf(await call(outsiders[who], route, foreign, SHOWN[who]));
    }
    expect(seen).toEqual(rowOf(route).outsiders);
  });

  /** What is for anybody, or for a provider, knows nothing of a registration. */
  const signedIn = rows.filter(([operation, { who }]) => operation !== 'signOut' && SIGNED_IN.includes(who));

  test.each(rows.filter(([, { who }]) => !SIGNED_IN.includes(who)))(
    '%s: by a candidate',
    async (_operation, route) => {
      const owner = owners.get('under-review') as Owner;
      expect(outcomeOf(await call(owner.client, route, owner))).toBe(rowOf(route).own);
    },
  );

  test.each(signedIn)('%s: of one’s own, in every status', async (_operation, route) => {
    const { own } = rowOf(route);
    const seen: Record<string, Outcome> = {};
    for (const status of STATUSES) {
      const owner = owners.get(status) as Owner;
      await put(owner, status);
      seen[status] = outcomeOf(await call(owner.client, route, owner));
      if (route.operation === 'openRegistration') await dropOthers(owner);
    }
    const expected = STATUSES.map((status, index) => [status, typeof own === 'string' ? own : own[index]]);
    expect(seen).toEqual(Object.fromEntries(expected));
  });

  test.each(signedIn)(
    '%s: of one’s own, while the submission waits for its code',
    async (operation, route) => {
      const { own } = rowOf(route);
      const owner = owners.get('under-review') as Owner;
      await put(owner, 'under-review');
      await confirmation(owner, 'awaited');
      // The codes of the test before.
      if (operation === 'requestConfirmationCode') office.wait(61_000);
      const seen = outcomeOf(await call(owner.client, route, owner));
      await confirmation(owner, null);
      if (operation === 'openRegistration') await dropOthers(owner);
      const confirmed = typeof own === 'string' ? own : own[STATUSES.indexOf('under-review')];
      expect(seen).toBe(AWAITED[operation] ?? confirmed);
    },
  );

  /** What the candidate opened beside theirs, so that the next cell meets one registration. */
  async function dropOthers({ client, registration }: Owner): Promise<void> {
    const { body } = await client.get<{ items: { id: string }[] }>('/registrations');
    for (const { id } of body.items) {
      if (id === registration) continue;
      await office.fresh.owner('commands').where({ registration_id: id }).delete();
      await office.fresh.owner('registrations').where({ id }).delete();
    }
  }

  /** All that a caller can see of an answer, but for what names the request itself. */
  const visible = ({ status, headers, body, bytes }: Reply<unknown>) => {
    const { requestId, instance, ...problem } = body as { requestId: string; instance: string };
    const shown = Object.fromEntries(
      [...headers].filter(([name]) => !/^(?:x-request-id|date|ratelimit)$/u.test(name)),
    );
    return {
      status,
      shown,
      problem,
      length: bytes.length,
      instance: instance.length,
      requestId: requestId.length,
    };
  };

  const addressed = rows.filter(([, route]) => rowOf(route).names !== 'nothing');

  test.each(addressed)(
    '%s: somebody else’s is answered as what is not there, in every status',
    async (_operation, route) => {
      const me = (owners.get('awaiting-submission') as Owner).client;
      const missing = visible(await call(me, route, MISSING));
      expect(missing.status).toBe(404);
      for (const status of STATUSES) {
        await put(foreign, status);
        expect([status, visible(await call(me, route, foreign))]).toEqual([status, missing]);
      }
    },
  );

  const below = rows.filter(
    ([operation, route]) => rowOf(route).names === 'object' && operation !== 'getCommand',
  );

  test.each(below)(
    '%s: somebody else’s below one’s own registration is not there either',
    async (_operation, route) => {
      const me = owners.get('awaiting-submission') as Owner;
      const missing = visible(await call(me.client, route, { ...me, objects: MISSING.objects }));
      expect(visible(await call(me.client, route, { ...me, objects: foreign.objects }))).toEqual(missing);
      expect(missing.status).toBe(404);
    },
  );

  test('foreign and missing take the same time', async () => {
    const me = (owners.get('awaiting-submission') as Owner).client;
    const route = ROUTES.find(({ operation }) => operation === 'getRegistration') as Route;
    const timed = async (target: Parameters<typeof call>[2]): Promise<number> => {
      const began = performance.now();
      await call(me, route, target);
      return performance.now() - began;
    };
    /** Pairs in turn, so that what slows the machine down slows both; how much more the foreign one took in each. */
    const differences = async (): Promise<number[]> => {
      const more: number[] = [];
      for (let pair = 0; pair < PAIRS; pair += 1) {
        const first = pair % 2 === 0 ? 'foreign' : 'missing';
        const early = await timed(first === 'foreign' ? foreign : MISSING);
        const late = await timed(first === 'foreign' ? MISSING : foreign);
        more.push(first === 'foreign' ? early - late : late - early);
      }
      return more;
    };
    /** Telling: by its sign nearly always the same, and by milliseconds. Noise has neither sign nor patience. */
    const tells = (more: readonly number[]): boolean => {
      const slower = more.filter((ms) => ms > 0).length;
      const middle = more.toSorted((a, b) => a - b)[PAIRS >> 1] ?? 0;
      return Math.max(slower, PAIRS - slower) > PAIRS * 0.8 && Math.abs(middle) > 3;
    };
    let telling = 0;
    while (telling < MEASURES && tells(await differences())) telling += 1;
    expect(telling).toBeLessThan(MEASURES);
  });

  test('signOut: of one’s own, and then it is over', async () => {
    const route = ROUTES.find(({ operation }) => operation === 'signOut') as Route;
    const me = await office.signIn();
    expect(outcomeOf(await call(me, route, foreign))).toBe('yes');
    expect(outcomeOf(await call(me, route, foreign))).toBe('session-expired');
  });
});
