/** Temporal is away: what was accepted stays accepted, at the deadline hour too. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { openOwn, proveIdentity } from '../../scripts/journey/course.ts';
import type { AskedCode } from '../../scripts/journey/codes.ts';
import { PATIENCE_MS } from '../../scripts/journey/door.ts';
import { signIn, statusReached } from '../../scripts/journey/identity.ts';
import { fillDraft, uploadDocuments } from '../../scripts/journey/questionnaire.ts';
import type { CommandOutcome } from '../../scripts/journey/rest.ts';
import type { CommandReceipt } from '../../scripts/journey/receipts.ts';
import { newTeam, placeOf, type Candidacy, type Team } from '../support/candidacy.ts';
import { startSystem, type System } from '../support/system.ts';
import { brokenInvariants } from './invariants.ts';

/** How long Temporal stays away across the deadline; the same code with 60 s by `npm run faults`. */
const AWAY_MS = Number(process.env['FAULTS_AWAY_SECONDS'] ?? 8) * 1_000;
/** Less than the two seconds for which a door would wait for an outcome. */
const RECEIPT_WITHIN_MS = 1_800;
/**
 * A busy machine takes its share: so many plain reads may be added, each as long as the shortest one meanwhile. A read
 * that takes longer than `STALL_MS` met a machine that stood still, for the submission as well.
 */
const READS_OF_A_SUBMISSION = 8;
const READ_EVERY_MS = 50;
const STALL_MS = 500;
const IN_TIME = 3;
const LATE = 2;
/** For whoever sends in time, and so many times as long as this machine takes to tell everybody of a deadline. */
const UNTIL_DEADLINE_MS = 9_000;
const TELLINGS = 5;
const HOUR_MS = 3_600_000;
const WITHIN_MS = 3 * PATIENCE_MS + AWAY_MS;

interface Ready extends Candidacy {
  readonly id: string;
  readonly draftVersion: number;
}

interface Attempted {
  readonly one: Ready;
  readonly ms: number;
  /** What it may take on this machine now. */
  readonly within: number;
  readonly outcome: Promise<CommandOutcome>;
}

describe('without Temporal', () => {
  let system: System;
  let team: Team;
  let electionId = '';
  const everybody: Ready[] = [];

  /** Signed in, identity proven, everything filled in and uploaded: only the submission is left. */
  const readyToSubmit = async (): Promise<Ready> => {
    const candidacy = await team.newcomer();
    const { play } = candidacy;
    const place = await placeOf(play, 'deadlines');
    electionId = place.election.id;
    await signIn(play);
    const id = await openOwn(play, place);
    await proveIdentity(play, id);
    const { version } = await fillDraft(play, id, place.election);
    await uploadDocuments(play, id);
    const ready = { play, registrationId: id, id, draftVersion: version };
    everybody.push(ready);
    return ready;
  };

  const receiptOf = ({ id }: Pick<Ready, 'id'>): CommandReceipt | undefined =>
    team.receipts.all.find(
      (receipt): receipt is CommandReceipt =>
        receipt.what === 'command' && receipt.kind === 'submission' && receipt.registrationId === id,
    );

  /** Submits and waits for the receipt or the refusal, not for the outcome. */
  const attempt = async (one: Ready): Promise<Attempted> => {
    const begun = performance.now();
    let answered = false;
    const reads: number[] = [];
    const reading = (async () => {
      for (;;) {
        const readFrom = performance.now();
        await one.play.rest.get(`/registrations/${one.id}`);
        reads.push(performance.now() - readFrom);
        if (answered) return;
        await delay(READ_EVERY_MS);
      }
    })();
    let over = false;
    const outcome = one.play.rest
      .command({
        kind: 'submission',
        path: `/registrations/${one.id}/submission`,
        body: { declaration: true },
        ifMatch: one.draftVersion,
        registrationId: one.id,
      })
      .finally(() => (over = true));
    outcome.catch(() => {});
    while (!over && receiptOf(one) === undefined) await delay(2);
    const ms = performance.now() - begun;
    answered = true;
    await reading;
    const stalledMs = reads.filter((read) => read > STALL_MS).reduce((sum, read) => sum + read, 0);
    const within = RECEIPT_WITHIN_MS + READS_OF_A_SUBMISSION * Math.min(...reads) + stalledMs;
    return { one, ms, within, outcome };
  };

  /** Headquarters move the deadline, and the engine tells each of these. */
  const moveDeadline = async (closesAt: Date, told: readonly Ready[]): Promise<void> => {
    const notice = await team.offices.headquarters.moveWindow(electionId, closesAt, 'آزمون مهلت');
    expect(notice.type).toBe('success');
    const ids = told.map(({ id }) => `'${id}'`).join();
    const unheard = `select 1 from registrations where id in (${ids}) and closes_at <> '${closesAt.toISOString()}'`;
    while ((await sql(unheard)).length > 0) await delay(50);
  };

  beforeAll(async () => {
    system = await startSystem();
    team = newTeam(system.running);
    await Promise.all(Array.from({ length: IN_TIME + LATE + 3 }, readyToSubmit));
  }, WITHIN_MS);
  // Also after a test that failed while it was away, or the next ones would wait for it in vain.
  afterEach(() => system?.parts.temporal.start());
  afterAll(() => system?.stop());

  test(
    'WF-1, DL-1, DL-5: a submission gets its receipt at once and goes through when Temporal is back',
    async () => {
      const one = everybody[0] as Ready;
      await system.parts.temporal.kill();
      const { ms, within, outcome } = await attempt(one);
      const receipt = receiptOf(one);
      process.stderr.write(`receipt without Temporal after ${ms.toFixed(0)} ms\n`);
      expect(receipt).toMatchObject({
        state: 'accepted',
        preliminaryCode: expect.stringMatching(/^[\d-]+$/u),
      });
      expect(ms).toBeLessThan(within);
      await system.parts.temporal.start();
      expect(await outcome).toMatchObject({ refused: null, status: 202 });
      await statusReached(one.play, one.id, 'under-review');
    },
    WITHIN_MS,
  );

  test(
    'SES-5, API-12: with a code that cannot be sent a submission is accepted, and confirmed when Temporal is back',
    async () => {
      const one = everybody[1] as Ready;
      const { play, id } = one;
      await sql(
        `update sessions set confirmed_at = confirmed_at - interval '10 minutes' where ended_at is null`,
      );
      await sql(`update one_time_codes set created_at = created_at - interval '10 minutes',
        expires_at = expires_at - interval '10 minutes'`);
      await system.parts.temporal.kill();
      // The journey's door asks again until it is answered; meanwhile the first refusal is on record.
      const seen = (await team.world.inbox(play.who.mobile)).length;
      const asked = play.rest.post('/confirmation-codes', { purpose: 'submission', registrationId: id });
      const outages = `select 1 from code_outages where registration_id = '${id}'`;
      while ((await sql(outages)).length === 0) await delay(100);
      const { ms, within, outcome } = await attempt(one);
      expect(ms).toBeLessThan(within);
      await system.parts.temporal.start();
      expect(await outcome).toMatchObject({ refused: null, answer: { confirmation: 'awaited' } });
      await statusReached(play, id, 'under-review');
      expect(await sql(`select confirmation from registrations where id = '${id}'`)).toEqual([
        { confirmation: 'awaited' },
      ]);
      const { id: codeId, digits } = (await asked).body as AskedCode;
      const code = await team.world.codeFor(play.who.mobile, { seen, digits, patienceMs: PATIENCE_MS });
      const path = `/registrations/${id}/submission-confirmation`;
      const order = { kind: 'confirmation', path, body: { codeId, code }, registrationId: id };
      expect(await play.rest.command(order)).toMatchObject({ refused: null });
      expect(await sql(`select confirmation from registrations where id = '${id}'`)).toEqual([
        { confirmation: 'given' },
      ]);
      const texts = (await team.world.inbox(play.who.mobile)).map(({ text }) => text);
      expect(texts.filter((text) => text.includes('در برنامه کد تازه بگیرید'))).toHaveLength(1);
      await sql(`update sessions set confirmed_at = now() where ended_at is null`);
    },
    WITHIN_MS,
  );

  test(
    'DL-1: across the deadline, who was in time is under review and who was late is not',
    async () => {
      const [silent, ...others] = everybody.slice(2);
      const [inTime, late] = [others.slice(0, IN_TIME), others.slice(IN_TIME)];
      const until = (at: number) => delay(Math.max(at - Date.now(), 0));
      const begun = Date.now();
      await moveDeadline(new Date(begun + HOUR_MS), everybody.slice(2));
      const tellingMs = Date.now() - begun;
      const deadline = Date.now() + UNTIL_DEADLINE_MS + TELLINGS * tellingMs;
      await moveDeadline(new Date(deadline), everybody.slice(2));
      await system.parts.temporal.kill();
      const sent = await Promise.all(inTime.map(attempt));
      await until(deadline + 50);
      const refused = await Promise.all(late.map(attempt));
      await until(deadline + AWAY_MS);
      await system.parts.temporal.start();

      for (const { one, ms, within } of sent) {
        expect(receiptOf(one)).toMatchObject({ preliminaryCode: expect.any(String) });
        expect(ms).toBeLessThan(within);
        expect(Date.parse(receiptOf(one)?.receivedAt ?? '')).toBeLessThan(deadline);
      }
      for (const { one, outcome } of refused) {
        expect(await outcome).toMatchObject({ refused: 'window-closed', status: 403 });
        expect(receiptOf(one)).toBeUndefined();
      }
      await Promise.all(sent.map(({ one }) => statusReached(one.play, one.id, 'under-review')));
      await Promise.all([silent as Ready, ...late].map((one) => statusReached(one.play, one.id, 'expired')));
      expect(await brokenInvariants(system, team, everybody)).toEqual([]);
      const noted = await evidenceOfTheLate(late.map(({ id }) => id));
      expect(noted).toEqual(late.map(() => ({ state: 'refused', code: 'window-closed', in_time: false })));
    },
    WITHIN_MS,
  );

  async function sql(statement: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: system.running.databaseUrl });
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  }

  async function evidenceOfTheLate(ids: readonly string[]): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: system.running.databaseUrl });
    await client.connect();
    const { rows } = await client.query(
      `select state, code, in_time from commands where registration_id = any($1) and kind = 'submission'`,
      [ids],
    );
    await client.end();
    return rows;
  }
});
