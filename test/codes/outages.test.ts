/** That our side could not send a code is remembered as long as it counts, and not for ever. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findAskedInVain, noteOutage, sweepOutages } from '../../store/code-outages.ts';
import { openRegistration } from '../api/candidate.ts';
import { openOffice, type Office } from '../api/office.ts';
import { MINUTE_MS } from './office.ts';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

test('SES-5: an outage that counts is kept, one that counts no longer is forgotten', async () => {
  const { db, owner } = office.fresh;
  const registrationId = await openRegistration(await office.signIn());
  const now = Date.now();
  const notes = [];
  for (const minutes of [9, 21]) {
    await office.signIn();
    const { id } = (await owner('sessions').orderBy('created_at', 'desc').first('id')) as { id: string };
    notes.push({ sessionId: id, registrationId, now: now - minutes * MINUTE_MS });
  }
  for (const note of notes) await noteOutage(db, note);
  const [counting, over] = notes.map((note) => ({ ...note, now }));
  expect(await sweepOutages(db, now)).toBe(1);
  expect(await owner('code_outages')).toHaveLength(1);
  expect(counting && (await findAskedInVain(db, counting))).toEqual(new Date(now - 9 * MINUTE_MS));
  expect(over && (await findAskedInVain(db, over))).toBeUndefined();
});
