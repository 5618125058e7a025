/** SES-3: two devices fill in one draft, each without a network for a while, against the real store. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { getDraft } from '../../store/drafts.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';
import { newPerson, openRegistration } from '../workflow/candidacy.ts';
import type { Stage } from '../workflow/stage.ts';
import { disappeared, FIELDS, newDevice, type FieldName, type Ledger } from './offline-device.ts';

/** As many registrations are played on at once; what costs time is the way to the database and back. */
const AT_ONCE = 20;
const ROUNDS = 50;

let fresh: FreshDatabase;
const places: { registrationId: string; candidateId: string }[] = [];
beforeAll(async () => {
  fresh = await freshDatabase();
  const stage = { fresh } as Stage;
  for (let count = 0; count < AT_ONCE; count += 1) {
    const person = await newPerson(stage);
    const { registrationId } = await openRegistration(stage, person);
    places.push({ registrationId, candidateId: person.candidateId });
  }
});
afterAll(() => fresh.drop());

const device = fc.constantFrom(0 as const, 1 as const);
const sending = {
  way: fc.constantFrom('patch' as const, 'patch' as const, 'put' as const),
  reply: fc.constantFrom('arrives' as const, 'arrives' as const, 'is lost' as const),
  settles: fc.constantFrom('mine' as const, 'theirs' as const),
};
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ does: fc.constant('edits' as const), device, field: fc.constantFrom(...FIELDS) }),
  },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('sends' as const), device, ...sending }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('both send' as const), device, ...sending }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('reads' as const), device }) },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;
const interleaving = fc.array(step, { minLength: 4, maxLength: 9 });

let written = 0;
/** A value that nobody else writes; of the degree one of three, the last of which hides the fields beside it. */
function valueOf(field: FieldName): unknown {
  written += 1;
  if (field === 'education/degree') return ['bachelor', 'master', 'literate'][written % 3];
  return field === 'jobs' ? [{ title: `ش${written}` }] : `م${written}`;
}

const totals: Ledger = { writes: [], met: { merged: 0, conflicts: 0, lost: 0, refused: 0 } };

async function play(steps: readonly Step[], place: (typeof places)[number]): Promise<void> {
  await fresh.owner('drafts').where({ registration_id: place.registrationId }).delete();
  const ledger: Ledger = { writes: [], met: totals.met };
  const devices = [newDevice(fresh.db, place, ledger), newDevice(fresh.db, place, ledger)] as const;
  // A degree that shows the fields beside it, for both to see.
  devices[0].edit('education/degree', 'bachelor');
  await devices[0].send({ way: 'patch', reply: 'arrives', settles: 'mine' });
  await Promise.all(devices.map((one) => one.read()));
  for (const one of steps) {
    const [it, other] = one.device === 0 ? devices : [devices[1], devices[0]];
    if (one.does === 'edits') it.edit(one.field, valueOf(one.field));
    else if (one.does === 'reads') await it.read();
    else if (one.does === 'sends') await it.send(one);
    else await Promise.all([it.send(one), other.send(one)]);
  }
  totals.writes.push(...ledger.writes);
  expect(disappeared(ledger, await getDraft(fresh.db, place))).toEqual([]);
}

describe('SES-3: two devices, offline in turn', () => {
  test(`SES-3: in ${AT_ONCE * ROUNDS} random interleavings no acknowledged field disappears silently`, async () => {
    const round = fc.array(interleaving, { minLength: AT_ONCE, maxLength: AT_ONCE });
    await fc.assert(
      fc.asyncProperty(round, async (all) => {
        await Promise.all(all.map((steps, index) => play(steps, places[index] as (typeof places)[number])));
      }),
      // The first that fails says enough; a smaller one would cost minutes.
      { numRuns: ROUNDS, endOnFailure: true },
    );
    // It has been what it says. Of the rarest kind about fifty are drawn; five would be a draw that has broken.
    expect(totals.writes.length).toBeGreaterThan(ROUNDS * AT_ONCE);
    for (const times of Object.values(totals.met)) expect(times).toBeGreaterThan(ROUNDS / 10);
  }, 300_000);
});
