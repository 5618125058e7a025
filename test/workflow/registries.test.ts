/** Registries that are closed for the night or turned off: the candidate reads it, and nothing else waits for them. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { v7 as newId } from 'uuid';
import { DEMO_STAFF } from '../../scripts/demo-data.ts';
import { switchOff, switchOn } from '../../store/provider-switches.ts';
import { newCandidacy, type Candidacy } from './candidacy.ts';
import { CARD, NIGHT_MS, PROVEN } from './outside-world.ts';
import { openStage, type Stage } from './stage.ts';

/** Two registrations, each in every short night and in each new run that a command begins; a circle makes dozens. */
const LOOKS_PER_NIGHT = 5;

const staffId = DEMO_STAFF.find(({ role }) => role === 'headquarters')?.id ?? newId();

let stage: Stage;
let asked: number[];
let looks = 0;
beforeAll(async () => {
  // A new run after every command: what waits for the morning is carried over.
  stage = await openStage({
    continueAfter: 1,
    lineClosed: (now) => {
      looks += 1;
      return stage.world.lineClosed(now);
    },
  });
  asked = [];
  const { lineOwner } = stage.world.gateways;
  const honest = lineOwner.belongs;
  Object.assign(lineOwner, {
    belongs: (question: Parameters<typeof honest>[0]) => {
      asked.push(Date.now());
      return honest(question);
    },
  });
});
afterAll(() => stage.close());

async function textsOf({ registrationId }: Candidacy): Promise<string[]> {
  const told = stage.fresh.db.knex('messages').where({ registration_id: registrationId });
  return (await told.orderBy('sent_at').pluck('text')) as string[];
}

async function smsTo({ registrationId }: Candidacy): Promise<string[]> {
  const rows = stage.fresh.db.knex('sms').where({ registration_id: registrationId });
  return (await rows.orderBy('id').pluck('template')) as string[];
}

/** The card, from its start to the word of the bank. */
async function tryCard(candidacy: Candidacy): Promise<void> {
  const verified = await stage.settle(await candidacy.verification(CARD));
  stage.world.answers.bank = PROVEN;
  const { attemptId } = verified.result as { attemptId: string };
  await stage.settle(await candidacy.bankReturn(attemptId));
  await candidacy.until(({ identity }) => identity.card === 'confirmed');
}

test('at night the line waits for the morning, durable; card, draft and documents do not', async () => {
  const dusk = Date.now();
  stage.world.answers.night = true;
  const [early, ready] = [await newCandidacy(stage), await newCandidacy(stage)] as const;
  for (const candidacy of [early, ready]) {
    const view = await candidacy.until(({ identity }) => identity.reason === 'line-hours');
    expect(view.identity).toMatchObject({ line: 'pending', card: 'none' });
  }
  await tryCard(ready);
  await ready.fillIn();
  expect(await ready.view()).toMatchObject({
    status: 'awaiting-verification',
    identity: { line: 'pending', card: 'confirmed', reason: 'line-hours' },
  });
  expect(asked).toEqual([]);

  stage.world.answers.night = false;
  await ready.until(({ status }) => status === 'awaiting-submission');
  expect(await smsTo(ready)).toEqual(['identity-confirmed']);
  expect((await early.until(({ identity }) => identity.line === 'confirmed')).identity.reason).toBeNull();
  expect(await smsTo(early)).toEqual(['line-confirmed']);
  expect(asked).toHaveLength(2);
  expect((await textsOf(early))[0]).toMatch(
    /^سامانه استعلام از ساعت ۲۳ تا ۷ پاسخ نمی‌دهد\. ساعت ۷ به‌طور خودکار دوباره بررسی می‌کنیم و با پیامک خبر می‌دهیم\./u,
  );
  // Told once, however often the night goes on; and no asking in a circle while it does.
  expect(await textsOf(early)).toHaveLength(2);
  expect(looks).toBeLessThanOrEqual(LOOKS_PER_NIGHT * ((Date.now() - dusk) / NIGHT_MS + 2));
  await tryCard(early);
  await early.until(({ status }) => status === 'awaiting-submission');
});

test('a registry that headquarters has turned off is not asked, and goes on when it is on again', async () => {
  asked.length = 0;
  const off = { provider: 'line-owner', staffId } as const;
  await switchOff(stage.fresh.db, { ...off, text: 'سامانه استعلام تا ساعتی دیگر کار نمی‌کند.' });
  const candidacy = await newCandidacy(stage);
  await tryCard(candidacy);
  await new Promise((go) => setTimeout(go, 500));
  expect([asked, (await candidacy.view()).identity.line]).toEqual([[], 'pending']);
  await switchOn(stage.fresh.db, off);
  await candidacy.until(({ status }) => status === 'awaiting-submission');
  expect(asked).toHaveLength(1);
});
