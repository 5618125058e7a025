/** Who sees what: each section × each way to ask for it, by a reviewer of one governorate about another's (ADM-5). */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PANEL_VIEWS } from '../../store/panel-views.ts';
import { liftLock } from '../../store/code-lock-lifts.ts';
import { findReview, readReviewDocument } from '../../store/review.ts';
import { nextWaiting, queueState } from '../../store/waiting.ts';
import { countRows, findRows, listRows } from '../../store/worklist.ts';
import { writeAudit } from '../../store/audit.ts';
import { proposeIdentity } from '../../store/identity-proposals.ts';
import { DAMGHAN, GARMSAR, putFile } from './files.ts';
import { api, recordPath, signIn, startPanel, type TestPanel, type Visitor } from './panel.ts';

/** A name that appears nowhere else: if it is in an answer, something of the other file is. */
const FOREIGN_NAME = 'بیگانه‌پور';

let panel: TestPanel;
let reviewer: Visitor;
let headquarters: Visitor;
let own: string;
let foreign: string;
/** By section, the id of a row of the other governorate. */
const foreignRow: Record<string, string> = {};

beforeAll(async () => {
  panel = await startPanel();
  const { db, owner } = panel.fresh;
  own = await putFile(db, { governorate: DAMGHAN });
  foreign = await putFile(db, { governorate: GARMSAR, person: { lastName: FOREIGN_NAME } });
  await writeAudit(db, {
    actor: { kind: 'system', id: null },
    action: 'foreign',
    subject: { kind: 'registration', id: foreign },
    governorate: GARMSAR,
  });
  foreignRow['registrations'] = foreign;
  const idOf = async (table: string, where: object): Promise<string> =>
    (await owner(table).where(where).first<{ id: string }>('id')).id;
  foreignRow['messages'] = await idOf('messages', { registration_id: foreign });
  foreignRow['documents'] = await idOf('documents', { registration_id: foreign });
  const proposal = { document: 'passport', reason: 'no-card', note: null } as const;
  for (const [governorate, who] of [
    [DAMGHAN, 'reviewer.damghan'],
    [GARMSAR, 'reviewer.garmsar'],
  ] as const) {
    const nationalId = governorate === DAMGHAN ? '0499370899' : '0499370902';
    const person = { lastName: governorate === DAMGHAN ? 'دامغانی' : FOREIGN_NAME, nationalId };
    const registrationId = await putFile(db, { governorate, unproven: true, person });
    const { id: staffId } = await owner('staff')
      .where('email', 'like', `${who}%`)
      .first<{ id: string }>('id');
    const id = await proposeIdentity(db, { registrationId, staffId, ...proposal });
    if (governorate === GARMSAR) foreignRow['identity-proposals'] = id;
    const mobile = `+98938000${governorate}`;
    const closed = { lane: 'strangers', failures: 100, last_failed_at: new Date() };
    const mobileHmac = db.sealing.fingerprint('mobile', mobile);
    await owner('code_failures').insert({ mobile_hmac: mobileHmac, ...closed });
    const by = { staff: { id: staffId, governorate }, reason: person.lastName };
    await liftLock(db, { mobile, now: Date.now(), by });
    if (governorate === GARMSAR) {
      foreignRow['code-locks'] = await idOf('code_lock_lifts', { mobile_hmac: mobileHmac });
    }
  }
  foreignRow['constituencies'] = await idOf('constituencies', { governorate: GARMSAR });
  foreignRow['staff'] = await idOf('staff', { governorate: GARMSAR });
  foreignRow['audit'] = await idOf('audit', { governorate: GARMSAR });
  reviewer = await signIn(panel.url, 'damghan');
  headquarters = await signIn(panel.url, 'headquarters');
});
afterAll(() => panel.stop());

const SCOPED = PANEL_VIEWS.filter(({ scoped }) => scoped).map(({ id }) => id);
const HEADQUARTERS_ONLY = ['staff', 'audit'];

/** Each way to ask for the row of another governorate, as a path. */
const PROBES: Readonly<Record<string, (resource: string, id: string) => string>> = {
  list: (resource) => api(`/resources/${resource}/actions/list?perPage=100`),
  'list by the other governorate': (resource) =>
    api(`/resources/${resource}/actions/list?filters.governorate=${GARMSAR}`),
  'list by the other registration': (resource) =>
    api(`/resources/${resource}/actions/list?filters.registrationId=${foreign}`),
  'list by its id': (resource, id) => api(`/resources/${resource}/actions/list?filters.id=${id}`),
  show: (resource, id) => recordPath(resource, id, 'show'),
  edit: (resource, id) => recordPath(resource, id, 'edit'),
  review: (resource, id) => recordPath(resource, id, 'review'),
  bulk: (resource, id) => api(`/resources/${resource}/bulk/bulkDelete?recordIds=${id}`),
  'a record action as bulk': (resource, id) => api(`/resources/${resource}/bulk/show?recordIds=${id}`),
  'a bulk action on a record': (resource, id) => recordPath(resource, id, 'bulkDelete'),
  search: (resource) => api(`/resources/${resource}/actions/search/?searchProperty=id&perPage=5000`),
  'search for its id': (resource, id) => api(`/resources/${resource}/actions/search/${id}?searchProperty=id`),
  'the old search': (resource) => api(`/resources/${resource}/search/a`),
};

describe('ADM-5: a reviewer and another governorate', () => {
  const rows = SCOPED.flatMap((resource) => Object.keys(PROBES).map((probe) => [resource, probe] as const));

  test.each(rows)('%s: %s shows nothing of it', async (resource, probe) => {
    const id = foreignRow[resource] ?? '';
    expect(id).not.toBe('');
    const response = await reviewer.get(PROBES[probe]?.(resource, id) ?? '');
    const text = await response.text();
    expect(response.status).toBeLessThan(500);
    expect(text).not.toContain(FOREIGN_NAME);
    // The id that was asked about must not come back as that of a record.
    const body = JSON.parse(text) as { records?: { id: string }[]; record?: { id?: string } };
    expect((body.records ?? []).map((record) => record.id)).not.toContain(id);
    expect(body.record?.id).not.toBe(id);
  });

  test.each(SCOPED)('%s: headquarters does see it, so the probes are real', async (resource) => {
    const response = await headquarters.get(recordPath(resource, foreignRow[resource] ?? '', 'show'));
    const body = (await response.json()) as { record: { id: string } };
    expect(body.record.id).toBe(foreignRow[resource]);
  });

  test.each(SCOPED.filter((id) => !HEADQUARTERS_ONLY.includes(id)))(
    '%s: the own rows are there',
    async (resource) => {
      const response = await reviewer.get(api(`/resources/${resource}/actions/list`));
      const body = (await response.json()) as {
        records: { params: { governorate: string } }[];
        meta: { total: number };
      };
      expect(body.records.length).toBeGreaterThan(0);
      expect(body.meta.total).toBe(body.records.length);
      expect(new Set(body.records.map(({ params }) => params.governorate))).toEqual(new Set([DAMGHAN]));
    },
  );

  test.each(HEADQUARTERS_ONLY)('%s is for headquarters', async (resource) => {
    expect((await reviewer.get(api(`/resources/${resource}/actions/list`))).status).toBe(403);
  });

  test.each(['approve', 'return', 'reject'])('%s on it is not found, and writes nothing', async (action) => {
    const form = {
      revision: '1',
      reason: 'legal-bar',
      defects: '[{"target":"/documents/photo","reason":"document-unreadable"}]',
    };
    const response = await reviewer.post(recordPath('registrations', foreign, action), form);
    expect(response.status).toBe(404);
    const commands = await panel.fresh
      .owner('commands')
      .where({ registration_id: foreign, actor_kind: 'staff' });
    expect(commands).toEqual([]);
  });

  test('its pictures are not found; the own ones are pictures and nothing else', async () => {
    expect((await reviewer.get(`/admin/documents/${foreign}/photo/1`)).status).toBe(404);
    const response = await reviewer.get(`/admin/documents/${own}/photo/1`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 2)
        .toString('hex'),
    ).toBe('ffd8');
  });

  test('the desk counts the own files only', async () => {
    const body = (await (await reviewer.get(api('/dashboard'))).json()) as {
      queue: { waiting: number; oldest: { id: string } };
    };
    expect(body.queue).toMatchObject({ waiting: 1, oldest: { id: own } });
  });
});

describe('ADM-5: the reads alone, on a connection that no row-level security holds back', () => {
  const damghan = {
    id: '01990000-0000-7000-8000-000000000399',
    email: '',
    name: '',
    role: 'reviewer',
    governorate: DAMGHAN,
  } as const;
  const bare = () => ({ ...panel.fresh.db, knex: panel.fresh.owner });

  test.each(PANEL_VIEWS.filter(({ scoped }) => scoped))(
    '$id: cut down to the own governorate',
    async (view) => {
      const rows = await listRows({ panel: bare(), staff: damghan }, view, { limit: 100 });
      expect(rows.filter(({ governorate }) => governorate !== DAMGHAN)).toEqual([]);
      expect(await countRows({ panel: bare(), staff: damghan }, view, {})).toBe(rows.length);
      expect(await findRows({ panel: bare(), staff: damghan }, view, [foreignRow[view.id]])).toEqual([]);
    },
  );

  test('the file, its pictures and the desk', async () => {
    expect(await findReview(bare(), damghan, foreign)).toBeUndefined();
    const picture = { registrationId: foreign, kind: 'photo', version: 1 };
    expect(await readReviewDocument(bare(), damghan, picture)).toBeUndefined();
    expect(await queueState(bare(), damghan, new Date())).toMatchObject({ waiting: 1, oldest: { id: own } });
    expect(await nextWaiting(bare(), damghan, own)).toBeNull();
  });

  test('a member of staff of no governorate sees nothing', async () => {
    for (const view of PANEL_VIEWS.filter(({ scoped }) => scoped)) {
      expect(await listRows({ panel: bare(), staff: { ...damghan, governorate: null } }, view, {})).toEqual(
        [],
      );
    }
  });
});

describe('ADM-5: the database itself', () => {
  test.each(PANEL_VIEWS.filter(({ scoped }) => scoped).map(({ from }) => from))(
    '%s is empty for the panel’s role when no scope is set',
    async (view) => {
      const { knex } = panel.fresh.panel();
      expect(await knex(view).select('id')).toEqual([]);
    },
  );

  test('no setting is left behind on a pooled connection', async () => {
    const { knex } = panel.fresh.panel();
    await knex.transaction((tx) => tx.raw(`select set_config('app.staff_role', 'headquarters', true)`));
    expect(await knex('registrations').select('id')).toEqual([]);
  });

  test('the panel’s role cannot read a password hash, nor write anything', async () => {
    const { knex } = panel.fresh.panel();
    await expect(knex('staff').select('password_hash')).rejects.toThrow('permission denied');
    await expect(knex('registrations').update({ status: 'approved' })).rejects.toThrow('permission denied');
    await expect(knex('staff_sessions').select('staff_id')).rejects.toThrow('permission denied');
  });
});

describe('what is not listed cannot be asked for', () => {
  test('DAT-2, ADM-5: no answer carries a sealed column, a hash or a secret', async () => {
    for (const { id } of PANEL_VIEWS) {
      const text = await (await headquarters.get(api(`/resources/${id}/actions/list`))).text();
      expect(text).not.toMatch(/sealed|hmac|password|argon2|token/i);
    }
  });

  test.each([
    ['perPage=abc', 422],
    ['perPage=-1', 422],
    ['page=x', 422],
    ['perPage=500000', 200],
    ['filters.status=under-review&filters.status=approved', 422],
    ['filters.password_hash=a', 200],
    ['filters.waitingSince~~from=2020-01-01', 200],
    ['filters.waitingSince~~to=not-a-date', 200],
    ['filters.preliminaryCode=%25', 200],
    ['sortBy=person_sealed', 200],
    ['sortBy=id%22%3B%20select%20pg_sleep(3)--', 200],
    ['filters.electionId=%27%20or%201=1', 200],
    ['filters.electionId.a=b', 200],
  ])('list?%s is answered %i', async (query, status) => {
    const response = await headquarters.get(api(`/resources/registrations/actions/list?${query}`));
    expect(response.status).toBe(status);
  });

  test('a percent sign in a filter is a percent sign', async () => {
    const response = await headquarters.get(
      api('/resources/registrations/actions/list?filters.preliminaryCode=%25'),
    );
    expect(((await response.json()) as { records: unknown[] }).records).toEqual([]);
  });

  test.each([
    ['a resource that is not there', '/resources/commands/actions/list'],
    ['an action that is not there', '/resources/registrations/actions/constructor'],
    ['an id that is none', '/resources/registrations/records/1/show'],
    ['an id that is another thing', '/resources/registrations/records/__proto__/show'],
  ])('%s is not found', async (_name, path) => {
    expect((await headquarters.get(api(path))).status).toBe(404);
  });
});
