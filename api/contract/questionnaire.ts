/** The draft, the documents, and what comes back: messages and history. */
import { answerValue } from './elections.ts';
import { id, itemProblem, time, z } from './base.ts';
import { defect } from './registrations.ts';

const key = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/);
const sectionAnswers = z.record(key, answerValue);
const answers = z
  .record(key, z.union([sectionAnswers, z.array(sectionAnswers).max(100)]))
  .openapi('Answers', {
    description: '`{section: {field: value}}`; an array of such objects where the section is repeated',
  });

export const draftRequest = z.strictObject({ answers }).openapi('DraftRequest');

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
