/** API-2 for the panel: every action by every kind of caller, and SES-6: the session at the sign-in. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { v7 as newId } from 'uuid';
import { panelResources, type ResourceDeps } from '../../admin/resources/options.ts';
import { CHANGING_ACTIONS } from '../../admin/routes.ts';
import { writeAudit } from '../../store/audit.ts';
import { proposeIdentity } from '../../store/identity-proposals.ts';
import { codePlace, requestCode } from '../../store/one-time-codes.ts';
import { getSession } from '../../store/sessions.ts';
import { signIn as signInCandidate } from '../../store/sign-in.ts';
import { writeNotice } from '../../store/notices.ts';
import { DAMGHAN, GARMSAR, putFile } from '../admin/files.ts';
import { api, recordPath, signIn, startPanel, visit, type TestPanel, type Visitor } from '../admin/panel.ts';
import { demoStaff } from '../support/database.ts';
import { TEST_KEYS } from '../support/keys.ts';
import { CALLERS, PANEL_MATRIX, type Caller } from './panel-matrix.ts';

let panel: TestPanel;
const visitors = {} as Record<Caller, Visitor>;
/** By section, a row of the reviewer's own governorate and one of another; the same one where it has none. */
const rows: Record<string, { own: string; foreign: string }> = {};

interface Known {
  readonly kind: string;
  readonly name: string;
}

/** What AdminJS is told of, beside its own seven actions. */
const BUILT_IN: readonly Known[] = [
  ...['list', 'search', 'new'].map((name) => ({ name, kind: 'resource' })),
  ...['show', 'edit', 'delete'].map((name) => ({ name, kind: 'record' })),
  { name: 'bulkDelete', kind: 'bulk' },
];
const known = new Map<string, readonly Known[]>(
  panelResources({} as ResourceDeps).map(({ options }) => {
    const own = Object.entries(options?.actions ?? {}).map(([name, action]) => {
      const kind = BUILT_IN.find((one) => one.name === name)?.kind;
      return { name, kind: kind ?? String((action as { actionType?: string }).actionType) };
    });
    return [options?.id ?? '', own];
  }),
);

beforeAll(async () => {
  panel = await startPanel();
  const { db, owner } = panel.fresh;
  const staffId = async (email: string): Promise<string> =>
    (await owner('staff').where('email', 'like', `${email}%`).first<{ id: string }>('id')).id;
  const idOf = async (table: string, where: object): Promise<string> =>
    (await owner(table).where(where).first<{ id: string }>('id')).id;
  const both = async (make: (governorate: string) => Promise<string>) => ({
    own: await make(DAMGHAN),
    foreign: await make(GARMSAR),
  });
  const same = (id: string) => ({ own: id, foreign: id });
  const headquarters = await staffId('headquarters');

  const files = await both((governorate) => putFile(db, { governorate }));
  rows['registrations'] = files;
  for (const table of ['messages', 'documents']) {
    rows[table] = {
      own: await idOf(table, { registration_id: files.own }),
      foreign: await idOf(table, { registration_id: files.foreign }),
    };
  }
  rows['identity-proposals'] = await both(async (governorate) => {
    const nationalId = governorate === DAMGHAN ? '0499370899' : '0499370902';
    const registrationId = await putFile(db, { governorate, unproven: true, person: { nationalId } });
    const by = await staffId(governorate === DAMGHAN ? 'reviewer.damghan' : 'reviewer.garmsar');
    return proposeIdentity(db, {
      registrationId,
      staffId: by,
      document: 'passport',
      reason: 'no-card',
      note: null,
    });
  });
  rows['code-locks'] = await both(async (governorate) => {
    const lift = { id: newId(), failures: 100, governorate, lifted_at: new Date() };
    await owner('code_lock_lifts').insert({ ...lift, mobile_hmac: Buffer.alloc(32) });
    return lift.id;
  });
  rows['constituencies'] = await both((governorate) => idOf('constituencies', { governorate }));
  rows['staff'] = await both((governorate) => idOf('staff', { governorate }));
  rows['audit'] = await both(async (governorate) => {
    const subject = { kind: 'registration', id: files.own } as const;
    await writeAudit(db, { actor: { kind: 'system', id: null }, action: 'test', subject, governorate });
    return idOf('audit', { governorate });
  });
  rows['elections'] = same(await idOf('elections', {}));
  rows['notices'] = same(await writeNotice(db, { step: 'identity', text: 'آزمایش', staffId: headquarters }));
  const off = { id: newId(), provider: 'bank', text: '-', off_since: new Date(), off_by: headquarters };
  await owner('provider_switches').insert(off);
  rows['provider-switches'] = same(off.id);
  rows['bank-prefixes'] = same(await idOf('bank_prefixes', {}));
  await signEverybodyIn();
});
afterAll(() => panel.stop());

/** Somebody who is signed in at the API, and shows that token wherever a session of staff might be looked for. */
async function candidate(): Promise<Visitor> {
  const { db } = panel.fresh;
  const now = Date.now();
  const device = { id: newId(), kind: 'web', name: 'Firefox' } as const;
  const keys = { codeKey: TEST_KEYS.code, sessionKey: TEST_KEYS.session };
  const idempotency = () => ({ scope: `device:${device.id}`, key: newId(), bodyHash: Buffer.alloc(32) });
  const where = { purpose: 'sign-in', deviceId: device.id, sessionId: null, registrationId: null } as const;
  const asked = { ...where, mobile: '+989380000009', lifeSeconds: 120, idempotency: idempotency() };
  const { id: codeId } = await requestCode(db, { ...asked, codeKey: keys.codeKey, now });
  const { code_sealed: sealed } = await panel.fresh
    .owner('one_time_codes')
    .where({ id: codeId })
    .first<{ code_sealed: Buffer }>('code_sealed');
  const code = db.sealing.open(codePlace('code_sealed', codeId), sealed).toString();
  const { token } = await signInCandidate(db, {
    codeId,
    code,
    device,
    ...keys,
    idempotency: idempotency(),
    now,
  });
  expect(await getSession(db, token, now)).toMatchObject({ device: { kind: 'web' } });
  const visitor = visit(panel.url);
  visitor.cookie = ['davtalab-staff', '__Secure-davtalab-staff'].map((name) => `${name}=${token}`).join('; ');
  return visitor;
}

async function signEverybodyIn(): Promise<void> {
  const ended = await signIn(panel.url, 'damghan');
  const { cookie } = ended;
  await ended.post('/admin/logout', {});
  ended.cookie = cookie;
  // Another governorate's reviewer, so that the one who works stays enabled.
  const disabled = await signIn(panel.url, 'garmsar');
  await panel.fresh
    .owner('staff')
    .where('email', 'like', 'reviewer.garmsar%')
    .update({ disabled_at: new Date() });
  const reviewer = await signIn(panel.url, 'damghan');
  const headquarters = await signIn(panel.url, 'headquarters');
  Object.assign(visitors, {
    nobody: visit(panel.url),
    candidate: await candidate(),
    ended,
    disabled,
    own: reviewer,
    foreign: reviewer,
    headquarters,
  });
}

interface Cell {
  readonly resource: string;
  readonly action: Known;
  readonly id: string;
}

function ask(visitor: Visitor, { resource, action: { name, kind }, id }: Cell): Promise<Response> {
  const place = kind === 'resource' ? `actions/${name}` : `records/${id}/${name}`;
  const path =
    kind === 'bulk'
      ? api(`/resources/${resource}/bulk/${name}?recordIds=${id}`)
      : api(`/resources/${resource}/${place}`);
  // An empty form: who may call it hears what is missing.
  return CHANGING_ACTIONS.includes(name) ? visitor.post(path, {}) : visitor.get(path);
}

const cells = [...known].flatMap(([resource, actions]) =>
  actions.map((action) => [resource, action.name, action] as const),
);

describe('API-2: the panel’s matrix', () => {
  test('has a row for every action of every section, and for nothing else', () => {
    const listed = (matrix: readonly (readonly [string, readonly string[]])[]) =>
      matrix.flatMap(([id, names]) => names.map((name) => `${id}.${name}`)).toSorted();
    const ours = Object.entries(PANEL_MATRIX).map(([id, row]) => [id, Object.keys(row)] as const);
    expect(listed(ours)).toEqual(
      listed([...known].map(([id, actions]) => [id, actions.map(({ name }) => name)])),
    );
  });

  test.each(cells)('%s: %s', async (resource, name, action) => {
    const seen = {} as Record<Caller, number | string>;
    for (const who of CALLERS) {
      const id = rows[resource]?.[who === 'own' ? 'own' : 'foreign'] ?? '';
      const { status } = await ask(visitors[who], { resource, action, id });
      seen[who] = status < 400 ? 'yes' : status;
    }
    expect(seen).toEqual(PANEL_MATRIX[resource]?.[name]);
  });

  const scoped = cells.filter(
    ([resource, name, { kind }]) => kind === 'record' && PANEL_MATRIX[resource]?.[name]?.foreign === 404,
  );

  test.each(scoped)(
    '%s: %s of another governorate is answered as what is not there',
    async (resource, _name, action) => {
      const answers = [];
      for (const id of [rows[resource]?.foreign ?? '', newId()]) {
        const response = await ask(visitors.own, { resource, action, id });
        const { notice } = (await response.json()) as { notice: unknown };
        answers.push({ status: response.status, notice });
      }
      expect(answers[0]).toEqual(answers[1]);
    },
  );

  test('pictures: one’s own, and another governorate’s as one that is not there', async () => {
    const picture = (id: string): string => `/admin/documents/${id}/photo/1`;
    const { own = '', foreign = '' } = rows['registrations'] ?? {};
    const ask_ = async (visitor: Visitor, id: string) => {
      const response = await visitor.get(picture(id), { accept: 'application/json' });
      return [response.status, (await response.arrayBuffer()).byteLength];
    };
    expect((await ask_(visitors.own, own))[0]).toBe(200);
    expect(await ask_(visitors.own, foreign)).toEqual(await ask_(visitors.own, newId()));
    expect((await ask_(visitors.own, foreign))[0]).toBe(404);
    expect((await ask_(visitors.headquarters, foreign))[0]).toBe(200);
    expect((await ask_(visitors.nobody, own))[0]).toBe(401);
  });
});

describe('SES-6: a session is new at the sign-in', () => {
  const account = () =>
    demoStaff().find(({ email }) => email.includes('damghan')) ?? { email: '', password: '' };
  const list = api('/resources/registrations/actions/list');

  test('a cookie that somebody planted before is worth nothing after', async () => {
    const planted = `davtalab-staff=${'A'.repeat(43)}`;
    const victim = visit(panel.url);
    victim.cookie = planted;
    const { email, password } = account();
    expect((await victim.post('/admin/login', { email, password })).status).toBe(303);
    expect(victim.cookie).not.toBe(planted);
    expect((await victim.get(list)).status).toBe(200);
    const thief = visit(panel.url);
    thief.cookie = planted;
    expect((await thief.get(list)).status).toBe(401);
  });

  test('signing in again gives another session and ends the one before', async () => {
    const me = await signIn(panel.url, 'damghan');
    const before = me.cookie;
    const { email, password } = account();
    await me.post('/admin/login', { email, password });
    expect(me.cookie).not.toBe(before);
    const old = visit(panel.url);
    old.cookie = before;
    expect((await old.get(list)).status).toBe(401);
    expect((await me.get(list)).status).toBe(200);
  });

  test('a new role holds at once, without a new sign-in', async () => {
    const me = await signIn(panel.url, 'damghan');
    const staff = () => panel.fresh.owner('staff').where('email', 'like', 'reviewer.damghan%');
    const { own = '' } = rows['registrations'] ?? {};
    await staff().update({ governorate: GARMSAR });
    expect((await me.get(recordPath('registrations', own, 'show'))).status).toBe(404);
    await staff().update({ governorate: DAMGHAN });
    expect((await me.get(recordPath('registrations', own, 'show'))).status).toBe(200);
  });
});
