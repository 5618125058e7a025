/** SES-3: some answers of a draft are changed, by a merge patch to whichever version. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openRegistration, type DraftBody } from './candidate.ts';
import { expectRefusal, type ApiClient } from './client.ts';
import { openOffice, type Office } from './office.ts';

let office: Office;
let me: ApiClient;
let id: string;
beforeAll(async () => {
  office = await openOffice();
  me = await office.signIn();
  id = await openRegistration(me);
});
afterAll(() => office.close());

const draftPath = () => `/registrations/${id}/draft`;

describe('SES-3: changes of some answers', () => {
  const change = (answers: unknown, version: number | string, headers = {}) =>
    me.patch<DraftBody>(draftPath(), { answers }, { 'if-match': `"${version}"`, ...headers });
  const now = async () => (await me.get<DraftBody>(draftPath())).body;

  test('leave the others as they are, and null takes one away', async () => {
    const answers = { identity: { birthPlace: 'ساری', issuePlace: 'نور' } };
    const { version } = (await me.put<DraftBody>(draftPath(), { answers }, { 'if-match': '"0"' })).body;
    const changed = await change(
      { identity: { birthPlace: null }, family: { maritalStatus: 'single' } },
      version,
    );
    expect(changed.body.answers).toMatchObject({
      identity: { issuePlace: 'نور' },
      family: { maritalStatus: 'single' },
    });
    expect(changed.body.answers['identity']).not.toHaveProperty('birthPlace');
    expect(changed.body.version).toBe(version + 1);
    expect(changed.headers.get('etag')).toMatch(new RegExp(`^"${version + 1}-`, 'u'));
  });

  test('need a version that the draft has had', async () => {
    const before = await now();
    const answers = { identity: { birthPlace: 'آمل' } };
    expectRefusal(await me.patch(draftPath(), { answers }), 'if-match-missing');
    expectRefusal(await change(answers, before.version + 1), 'draft-changed');
    expectRefusal(await me.patch(draftPath(), { answers }, { 'if-match': '*' }), 'draft-changed');
    expect(await now()).toEqual(before);
  });

  test('are a merge patch, and nothing else', async () => {
    const { version } = await now();
    expectRefusal(await change({}, version, { 'content-type': 'application/json' }), 'media-type');
    const merge = { 'content-type': 'application/merge-patch+json' };
    expectRefusal(await me.put(draftPath(), { answers: {} }, { 'if-match': '"0"', ...merge }), 'media-type');
  });

  test.each([
    ['a section that is not there', { nothing: { x: 1 } }],
    ['a field that is not there', { identity: { nothing: null } }],
    ['no section', { identity: null }],
    ['another shape', { jobs: { title: 'x' } }],
    ['null in an entry', { jobs: [{ title: null }] }],
    ['more entries than there may be', { jobs: Array.from({ length: 11 }, () => ({ title: 'x' })) }],
  ])('API-4: %s is refused whole', async (_what, answers) => {
    const before = await now();
    const refused = await change({ ...answers, residence: { place: 'نور' } }, before.version);
    expectRefusal(refused, 'request-invalid');
    expect(await now()).toEqual(before);
  });

  test('do not change what comes from the records, stale or not', async () => {
    const before = await now();
    for (const version of [before.version, before.version - 1]) {
      expectRefusal(await change({ identity: { nationalId: '0012345679' } }, version), 'read-only');
    }
    const left = await change({ identity: { nationalId: null } }, before.version);
    expect(left.body.answers).toEqual(before.answers);
  });

  test('API-6: never make a draft that is too large to be sent whole', async () => {
    const { version } = await now();
    const long = Array.from({ length: 10 }, () => ({ title: 'ش'.repeat(1_900) }));
    const grown = await change({ jobs: long }, version);
    expect(grown.status).toBe(200);
    const more = Object.fromEntries(['birthPlace', 'issuePlace'].map((key) => [key, 'ش'.repeat(4_000)]));
    const others = { place: 'ش'.repeat(3_900), address: 'ش'.repeat(3_900) };
    const larger = await change({ identity: more, residence: others }, version + 1);
    expectRefusal(larger, 'body-too-large');
    expect(larger.body).toMatchObject({ limit: 65_536 });
    expect((await now()).version).toBe(version + 1);
    const sent = await change(
      { jobs: Array.from({ length: 10 }, () => ({ title: 'ش'.repeat(3_900) })) },
      version + 1,
    );
    expectRefusal(sent, 'body-too-large');
    expect((await change({ jobs: [] }, version + 1)).status).toBe(200);
  });

  test('a draft of which nobody has kept what changed when counts as changed in its last version', async () => {
    const { version } = await now();
    await change({ identity: { birthPlace: 'آمل' } }, version);
    // As a process of a former release writes it: the version goes on, the versions of the fields stay.
    await office.fresh.owner('drafts').where({ registration_id: id }).increment('version', 1);
    const answers = { council: { formerMember: true } };
    const refused = await change(answers, version + 1);
    expectRefusal(refused, 'draft-changed');
    expect(refused.body).toMatchObject({ conflicts: ['/answers/council/formerMember'] });
    await office.fresh.owner('drafts').where({ registration_id: id }).update({ field_versions_sealed: null });
    expectRefusal(await change(answers, version + 1), 'draft-changed');
    expect((await change(answers, version + 2)).status).toBe(200);
    expect((await change({ council: { formerCandidate: true } }, version + 2)).status).toBe(200);
  });
});
