/** The draft, the documents, and what comes back: messages and history. */
import { answers, answerValue, entries, id, itemProblem, questionKey, time, z } from './base.ts';
import { defect } from './registrations.ts';

export const draftRequest = z.strictObject({ answers }).openapi('DraftRequest');

const sectionChanges = z.record(questionKey, answerValue.nullable());
const changes = z.record(questionKey, z.union([sectionChanges, entries])).openapi('AnswerChanges', {
  description:
    'Only what is to change: `{section: {field: value}}`, null takes an answer away; a repeated section stands whole',
});

/** A merge patch (RFC 7396) for the draft. */
export const draftChanges = z.strictObject({ answers: changes }).openapi('DraftChanges');

export const draft = z
  .strictObject({
    version: z.int(),
    answers,
    problems: z.array(itemProblem).describe('What a submission of this draft would be refused for'),
  })
  .openapi('Draft');

const documentShape = {
  kind: z.string(),
  required: z.boolean().describe('For these answers'),
  present: z.boolean(),
  version: z.int().nullable(),
  sha256: z.string().nullable(),
  bytes: z.int().nullable(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  uploadedAt: time.nullable(),
  accepted: z.boolean().describe('Reviewed without a defect: it stays as it is'),
  maxBytes: z.int(),
  minPixels: z.int(),
  maxPixels: z.int(),
};

export const documentItem = z.strictObject(documentShape).openapi('DocumentItem');
export const documents = z.strictObject({ items: z.array(documentItem) }).openapi('Documents');
export const documentStored = z
  .strictObject({
    ...documentShape,
    stripped: z.array(z.string()).describe('What was taken out of the picture: exif, gps, …'),
  })
  .openapi('DocumentStored');

export const message = z
  .strictObject({
    id,
    kind: z.enum(['info', 'submitted', 'defects', 'approved', 'rejected', 'withdrawn', 'expired']),
    text: z.string(),
    defects: z.array(defect).nullable(),
    sentAt: time,
    readAt: time.nullable(),
  })
  .openapi('Message');
export const messages = z.strictObject({ items: z.array(message) }).openapi('Messages');

export const history = z
  .strictObject({
    items: z.array(z.strictObject({ at: time, fact: z.string(), round: z.int(), text: z.string() })),
  })
  .openapi('History');
