/** Elections, their questionnaire, their constituencies, and the notices before a step. */
import { answerValue, id, time, z } from './base.ts';

export const kind = z.enum(['city', 'village']);

const window = z.strictObject({
  kind: z.literal('registration'),
  opensAt: time,
  closesAt: time,
  dailyFrom: z.string().nullable().describe('HH:MM in the time zone of the election'),
  dailyTo: z.string().nullable(),
});

export const documentKind = z
  .strictObject({
    kind: z.string(),
    title: z.string(),
    whatFor: z.string(),
    mediaType: z.literal('image/jpeg'),
    maxBytes: z.int().describe('Most bytes of the upload'),
    minPixels: z.int().describe('Least length of the shorter side'),
    maxPixels: z.int().describe('Most length of the longer side'),
  })
  .openapi('DocumentKind');

const field = z
  .strictObject({
    key: z.string(),
    title: z.string(),
    hint: z.string().nullable(),
    type: z.enum(['text', 'digits', 'number', 'date', 'boolean', 'choice']),
    required: z.boolean(),
    readOnly: z.boolean().describe('Comes from the civil registry; may be left out or repeated as it is'),
    minLength: z.int().nullable(),
    maxLength: z.int().nullable(),
    pattern: z.string().nullable(),
    min: z.number().nullable(),
    max: z.number().nullable(),
    options: z.array(z.strictObject({ value: z.string(), title: z.string() })),
    shownWhen: z.strictObject({ pointer: z.string(), in: z.array(answerValue) }).nullable(),
  })
  .openapi('Field');

const section = z
  .strictObject({
    key: z.string(),
    title: z.string(),
    repeated: z.strictObject({ max: z.int() }).nullable(),
    fields: z.array(field),
  })
  .openapi('Section');

export const election = z
  .strictObject({
    id,
    title: z.string(),
    term: z.int(),
    kinds: z.array(kind),
    timeZone: z.string(),
    windows: z.array(window),
    correctionHours: z.int(),
    documentKinds: z.array(documentKind),
    questionnaire: z.strictObject({ version: z.int(), sections: z.array(section) }),
    defectReasons: z.array(
      z.strictObject({
        code: z.string(),
        title: z.string(),
        whatToDo: z.string(),
        appliesTo: z.enum(['answer', 'document']),
      }),
    ),
  })
  .openapi('Election');

export const elections = z.strictObject({ items: z.array(election) }).openapi('Elections');

export const constituency = z
  .strictObject({
    id,
    title: z.string(),
    kind,
    province: z.string(),
    county: z.string(),
    district: z.string().nullable(),
    seats: z.int(),
  })
  .openapi('Constituency');

export const constituencies = z
  .strictObject({
    items: z.array(constituency),
    next: id.nullable().describe('The `after` of the next page'),
  })
  .openapi('Constituencies');

const PAGE_MOST = 100;
const PAGE_USUAL = '20';

/** In a query everything is text, so the page size is checked as text and then counted. */
export const constituencyQuery = z.strictObject({
  search: z.string().min(1).max(100).optional(),
  province: z.string().min(1).max(100).optional(),
  county: z.string().min(1).max(100).optional(),
  kind: kind.optional(),
  after: id.optional(),
  limit: z
    .string()
    .regex(/^(?:[1-9][0-9]?|100)$/)
    .optional()
    .openapi({ description: `1 to ${PAGE_MOST}, ${PAGE_USUAL} unless told`, example: PAGE_USUAL }),
});

export const notices = z
  .strictObject({
    items: z.array(
      z.strictObject({
        step: z.enum(['sign-in', 'identity', 'documents', 'submission']),
        text: z.string(),
        since: time,
      }),
    ),
  })
  .openapi('Notices');
