import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { freshDatabase, type FreshDatabase } from '../../test/support/database.ts';
import type { Query } from './ledger.ts';
import { findLosses } from './loss.ts';
import type { Receipt } from './receipts.ts';

let database: FreshDatabase;
let query: Query;

beforeAll(async () => {
  database = await freshDatabase();
  query = async <Row>(sql: string, parameters: readonly unknown[]) => {
    const numbered = sql.replaceAll('$1', '?');
    return (await database.owner.raw<{ rows: Row[] }>(numbered, [...parameters] as Knex.RawBinding[])).rows;
  };
});

afterAll(() => database.drop());

const RECEIVED = '2026-02-03T04:05:06.789Z';
const SHA = 'a'.repeat(64);
const BYTES = Buffer.from('x');

interface Kept {
  readonly registrationId: string;
  readonly submissionId: string;
  readonly receipts: readonly Receipt[];
}

/** A registration with what a client was told of it, all of it kept. */
async function keptPromises(owner: Knex): Promise<Kept> {
  const [candidateId, registrationId, codeId] = [randomUUID(), randomUUID(), randomUUID()];
  const [opening, submissionId, approval] = [randomUUID(), randomUUID(), randomUUID()];
  const constituency = await owner('constituencies').first();
  await owner('candidates').insert({
    id: candidateId,
    mobile_sealed: BYTES,
    mobile_hmac: Buffer.from(candidateId),
  });
  await owner('registrations').insert({
    id: registrationId,
    candidate_id: candidateId,
    election_id: constituency.election_id,
    constituency_id: constituency.id,
    governorate: constituency.governorate,
    national_id_sealed: BYTES,
    national_id_hmac: Buffer.from(registrationId),
    birth_date_sealed: BYTES,
    status: 'approved',
    sequence: 3,
    revision: 1,
    preliminary_code: registrationId,
    closes_at: RECEIVED,
    correction_hours: 72,
    waiting_since: RECEIVED,
    created_at: RECEIVED,
    updated_at: RECEIVED,
  });
  const commands = [
    { id: opening, kind: 'registration', actor: 'candidate', payload: {} },
    { id: submissionId, kind: 'submission', actor: 'candidate', payload: { revision: 1 } },
    { id: approval, kind: 'approval', actor: 'staff', payload: { revision: 1 } },
  ];
  const facts = [
    { type: 'opened', electionId: constituency.election_id, closesAt: 0, correctionHours: 72 },
    { type: 'submitted', revision: 1, contentHash: SHA, at: 0 },
    { type: 'approved', revision: 1 },
  ];
  for (const [index, { id, kind, actor, payload }] of commands.entries()) {
    await owner('commands').insert({
      ...{ id, kind, payload, registration_id: registrationId, number: index + 1, received_at: RECEIVED },
      ...{ actor_kind: actor, in_time: true, state: 'done' },
    });
    await owner('idempotency_keys').insert({
      scope: id,
      key: id,
      body_hash: BYTES,
      effect: kind,
      effect_id: id,
    });
    await owner('registration_facts').insert({
      ...{ registration_id: registrationId, sequence: index + 1, cause: id, round: 0, recorded_at: RECEIVED },
      ...{ type: facts[index]?.type, payload: facts[index] },
    });
  }
  await keepRows(owner, { registrationId, submissionId, candidateId, codeId });
  const command = { what: 'command', state: 'done', receivedAt: RECEIVED, registrationId } as const;
  return {
    registrationId,
    submissionId,
    receipts: [
      { what: 'session', codeId },
      { ...command, kind: 'registration', commandId: opening, key: opening },
      { what: 'draft', registrationId, version: 4 },
      { what: 'document', registrationId, kind: 'photo', version: 1, sha256: SHA },
      { ...command, kind: 'submission', commandId: submissionId, key: submissionId, state: 'accepted' },
      {
        ...{ ...command, kind: 'submission', commandId: submissionId, key: submissionId },
        ...{ preliminaryCode: registrationId, contentHash: SHA, draftVersion: 4 },
      },
      { what: 'decision', kind: 'approval', registrationId, revision: 1 },
    ],
  };
}

type Rows = Pick<Kept, 'registrationId' | 'submissionId'> & { candidateId: string; codeId: string };

async function keepRows(
  owner: Knex,
  { registrationId, submissionId, candidateId, codeId }: Rows,
): Promise<void> {
  const at = { created_at: RECEIVED, expires_at: RECEIVED };
  await owner('one_time_codes').insert({
    ...{
      id: codeId,
      purpose: 'sign-in',
      device_id: 'd',
      mobile_sealed: BYTES,
      mobile_hmac: BYTES,
      code_hmac: BYTES,
    },
    ...{ ...at, resend_at: RECEIVED },
  });
  await owner('sessions').insert({
    ...{ id: randomUUID(), candidate_id: candidateId, code_id: codeId, token_hash: Buffer.from(codeId) },
    ...{
      device_id: 'd',
      device_kind: 'api',
      device_name: 'n',
      ...at,
      last_seen_at: RECEIVED,
      confirmed_at: RECEIVED,
    },
  });
  await owner('drafts').insert({
    ...{ registration_id: registrationId, version: 5, answers_sealed: BYTES, updated_at: RECEIVED },
  });
  await owner('documents').insert({
    ...{
      id: randomUUID(),
      registration_id: registrationId,
      kind: 'photo',
      version: 1,
      bytes: 1,
      width: 1,
      height: 1,
    },
    ...{ original_sha256: SHA, sha256: SHA, key_sealed: BYTES, content_sealed: BYTES, uploaded_at: RECEIVED },
  });
  await owner('revisions').insert({
    ...{ registration_id: registrationId, number: 1, command_id: submissionId, draft_version: 4 },
    ...{ answers_sealed: BYTES, documents: '[]', content_hash: SHA, frozen_at: RECEIVED },
  });
}

describe('what was lost', () => {
  let kept: Kept;
  beforeEach(async () => {
    kept = await keptPromises(database.owner);
  });

  test('is nothing when every promise is kept', async () => {
    expect(await findLosses(query, kept.receipts)).toEqual({ promises: 7, lost: [], undecided: 0 });
  });

  const of = ({ registrationId }: Kept) => ({ registration_id: registrationId });
  const planted: readonly (readonly [string, (owner: Knex, kept: Kept) => Promise<unknown>])[] = [
    [
      'the fact of a submission',
      (owner, { submissionId }) => owner('registration_facts').where('cause', submissionId).delete(),
    ],
    [
      'the fact of a decision',
      (owner, all) =>
        owner('registration_facts')
          .where({ ...of(all), type: 'approved' })
          .delete(),
    ],
    [
      'a decision',
      (owner, all) =>
        owner('commands')
          .where({ ...of(all), kind: 'approval' })
          .delete(),
    ],
    [
      'an outcome',
      (owner, all) =>
        owner('commands')
          .where({ ...of(all), kind: 'registration' })
          .update('state', 'refused'),
    ],
    [
      'a millisecond of the receipt',
      (owner, { submissionId }) =>
        owner('commands').where('id', submissionId).update('received_at', '2026-02-03T04:05:06.790Z'),
    ],
    [
      'an idempotency key',
      (owner, { submissionId }) => owner('idempotency_keys').where('key', submissionId).delete(),
    ],
    ['the frozen content', (owner, all) => owner('revisions').where(of(all)).update('content_hash', 'other')],
    ['the frozen revision', (owner, all) => owner('revisions').where(of(all)).delete()],
    [
      'the draft that was submitted',
      (owner, all) => owner('revisions').where(of(all)).update('draft_version', 3),
    ],
    [
      'a preliminary code',
      (owner, { registrationId: id }) =>
        owner('registrations').where({ id }).update('preliminary_code', null),
    ],
    ['a version of the draft', (owner, all) => owner('drafts').where(of(all)).update('version', 3)],
    ['a document', (owner, all) => owner('documents').where(of(all)).delete()],
    [
      'a status that the facts give',
      (owner, { registrationId: id }) => owner('registrations').where({ id }).update('status', 'rejected'),
    ],
    ['a session', (owner) => owner('sessions').delete()],
  ];

  test.each(planted)('%s counts as one', async (_, lose) => {
    await lose(database.owner, kept);
    const { lost } = await findLosses(query, kept.receipts);
    expect(lost).toHaveLength(1);
  });

  test.each([
    ['refused after its receipt', { state: 'refused' }],
    ['late after its receipt', { in_time: false }],
  ])('a submission that is %s counts as one', async (_, change) => {
    const { submissionId } = kept;
    await database.owner('commands').where('id', submissionId).update(change);
    const accepted = kept.receipts.flatMap((receipt) =>
      receipt.what === 'command' && receipt.preliminaryCode !== undefined
        ? [{ ...receipt, state: 'accepted' }]
        : [],
    );
    expect(accepted).toHaveLength(1);
    expect((await findLosses(query, accepted)).lost).toHaveLength(1);
  });

  test('a command without an outcome is undecided, not lost', async () => {
    const { submissionId } = kept;
    await database.owner('commands').where('id', submissionId).update('state', 'delivered');
    const accepted = kept.receipts.filter(({ what }) => what === 'command').slice(0, 2);
    expect(await findLosses(query, accepted)).toEqual({ promises: 2, lost: [], undecided: 1 });
  });
});
