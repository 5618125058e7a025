/** The check of what was frozen: a picture that is altered or gone is found and shown, a database that is away is not. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { documentActivities } from '../../activities/documents.ts';
import { DEMO_DOCUMENT_KINDS } from '../../domain/demo-rules.ts';
import { DEMO_STAFF } from '../../scripts/demo-data.ts';
import { readUncheckedDocuments } from '../../store/revisions.ts';
import { findReview } from '../../store/review.ts';
import type { Staff } from '../../store/staff.ts';
import { CONSTITUENCY, newCandidacy, refusalOf, type Candidacy } from './candidacy.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const KINDS = DEMO_DOCUMENT_KINDS.map(({ kind }) => kind);

async function complete(): Promise<Candidacy> {
  const candidacy = await newCandidacy(stage);
  await candidacy.prove();
  await candidacy.fillIn();
  return candidacy;
}

const rowOf = ({ registrationId }: Candidacy, kind: string) =>
  stage.fresh.owner('documents').where({ registration_id: registrationId, kind });

async function checked({ registrationId }: Candidacy): Promise<string[]> {
  for (;;) {
    const row = await stage.fresh.db
      .knex('revisions')
      .where({ registration_id: registrationId, number: 1 })
      .whereNotNull('checked_at')
      .first<{ damaged: string[] } | undefined>('damaged');
    if (row !== undefined) return row.damaged;
    await new Promise((go) => setTimeout(go, 50));
  }
}

async function reviewOf({ registrationId }: Candidacy) {
  const reviewer = DEMO_STAFF.find(({ governorate }) => governorate === CONSTITUENCY?.governorate);
  return findReview(stage.fresh.panel(), reviewer as unknown as Staff, registrationId);
}

test('sound pictures are found sound', async () => {
  const candidacy = await complete();
  await stage.settle(await candidacy.submission());
  expect(await checked(candidacy)).toEqual([]);
  expect((await reviewOf(candidacy))?.damagedDocuments).toEqual([]);
});

test('a flipped byte, another hash and a missing row are damage, and the reviewer sees it', async () => {
  const candidacy = await complete();
  const [photo = '', other = ''] = KINDS;
  await stage.stopWorkers();
  const receipt = await candidacy.submission();
  const { owner } = stage.fresh;
  await rowOf(candidacy, photo).update({
    content_sealed: owner.raw('set_byte(content_sealed, 30, 255 - get_byte(content_sealed, 30))'),
  });
  await rowOf(candidacy, other).delete();
  await stage.startWorkers();
  expect(await stage.settle(receipt)).toMatchObject({ state: 'done' });
  expect((await checked(candidacy)).toSorted()).toEqual([other, photo].toSorted());
  expect((await reviewOf(candidacy))?.damagedDocuments).toHaveLength(2);
  const audit = await stage.fresh.db
    .knex('audit')
    .where({ action: 'documents-damaged', subject_id: candidacy.registrationId });
  expect(audit).toMatchObject([{ governorate: CONSTITUENCY?.governorate, detail: { revision: 1 } }]);
});

test('a database without a free connection says nothing about a picture', async () => {
  const candidacy = await complete();
  await stage.settle(await candidacy.submission());
  await checked(candidacy);
  const { registrationId } = candidacy;
  const { db } = stage.fresh;
  const busy = Object.assign(new Error('Timeout acquiring a connection'), { name: 'KnexTimeoutError' });
  const away = {
    ...db,
    knex: Object.assign((table: string) => {
      if (table === 'documents') throw busy;
      return db.knex(table);
    }, db.knex),
  } as unknown as typeof db;
  const reading = async () => {
    for await (const _ of readUncheckedDocuments(away, registrationId, 1)) continue;
  };
  await expect(reading()).rejects.toBe(busy);
  const { checkDocuments } = documentActivities({
    ...{ db: away, failpoint: () => Promise.resolve() },
  } as unknown as Parameters<typeof documentActivities>[0]);
  await expect(checkDocuments({ registrationId, revision: 1 })).rejects.toMatchObject({
    type: 'KnexTimeoutError',
  });
});

test('of a later revision only the new pictures are read', async () => {
  const candidacy = await complete();
  await stage.settle(await candidacy.submission());
  await checked(candidacy);
  const defects = [{ target: '/documents/photo', reason: 'document-unreadable' }];
  await stage.settle(await candidacy.decision({ kind: 'corrections', revision: 1, defects }));
  await candidacy.upload('photo', 'a sharp one');
  await candidacy.submission();
  const read: string[] = [];
  for await (const { kind } of readUncheckedDocuments(stage.fresh.db, candidacy.registrationId, 2)) {
    read.push(kind);
  }
  expect(read).toEqual(['photo']);
});

test('the picture that came back is refused, also after another one has been sent in between', async () => {
  const candidacy = await complete();
  await candidacy.upload('photo', 'the blurred one');
  await stage.settle(await candidacy.submission());
  const defects = [{ target: '/documents/photo', reason: 'document-unreadable' }];
  await stage.settle(await candidacy.decision({ kind: 'corrections', revision: 1, defects }));
  expect(await refusalOf(candidacy.upload('photo', 'the blurred one'))).toBe('document-unchanged');
  await candidacy.upload('photo', 'a sharp one');
  expect(await refusalOf(candidacy.upload('photo', 'the blurred one'))).toBe('document-unchanged');
  await candidacy.upload('photo', 'a sharp one');
  expect(await stage.settle(await candidacy.submission())).toMatchObject({ state: 'done' });
});
