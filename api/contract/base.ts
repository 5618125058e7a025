/** What all schemas are built from: the formats of the contract and its problem document. */
import { extendZodWithOpenApi } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { HELP_LINE } from '../../domain/messages.ts';
import { REFUSAL_CODES } from '../../domain/refusals.ts';

extendZodWithOpenApi(z);

/** Patterns of the contract have no flags: OpenAPI knows none, and would show them as part of the pattern. */
export { z };

/** RFC 3339, UTC; the store's dates become this on the way out. */
export const time = z.iso.datetime({ precision: 3 }).openapi({ example: '2026-11-25T08:30:00.000Z' });
export const id = z.uuid().openapi({ example: '01980000-0000-7000-8000-000000000000' });
/** A calendar day, Gregorian; clients show Jalali. */
export const day = z.iso.date().openapi({ example: '1990-03-21' });

/** A string in which Persian and Arabic digits, spaces and dashes are welcome; the domain has the last word. */
export function digits(example: string, maxLength = 40): z.ZodString {
  return z.string().min(1).max(maxLength).openapi({ example });
}

export const itemProblem = z
  .strictObject({
    pointer: z.string().describe('JSON Pointer into the request, or to a document'),
    code: z.string(),
    message: z.string(),
  })
  .openapi('ItemProblem');

export const answerValue = z.union([z.string(), z.number(), z.boolean()]).openapi('AnswerValue');
/** Of a section or a field. */
export const questionKey = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/);
const sectionAnswers = z.record(questionKey, answerValue);
/** The entries of a repeated section. */
export const entries = z.array(sectionAnswers).max(100);
export const answers = z.record(questionKey, z.union([sectionAnswers, entries])).openapi('Answers', {
  description: '`{section: {field: value}}`; an array of such objects where the section is repeated',
});

const takenOver = z.strictObject({ kind: z.string(), name: z.string(), since: time });

/** RFC 9457. The members after `errors` come with the codes that the table of endpoints names them for. */
export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.enum(REFUSAL_CODES as [string, ...string[]]),
    requestId: z.string(),
    help: z.literal(HELP_LINE),
    errors: z.array(itemProblem),
    attemptsLeft: z.int().optional().describe('code-wrong'),
    limit: z.int().optional().describe('document-too-large: bytes'),
    bank: z.string().optional().describe('bank-not-supported: its name'),
    text: z.string().optional().describe('card-guard: the warning to show'),
    mayAccept: z
      .boolean()
      .optional()
      .describe('card-guard: whether the next request may go on with `guardAccepted`; not while it is false'),
    versions: z
      .strictObject({ yours: z.int().nullable(), current: z.int() })
      .optional()
      .describe('draft-changed: what the change was made to, and what is there now'),
    draft: z
      .strictObject({ version: z.int(), answers })
      .optional()
      .describe('draft-changed of a draft: as it stands'),
    changed: z
      .array(z.string())
      .optional()
      .describe(
        'draft-changed of a draft: pointers of what has changed since your version; a list as a whole',
      ),
    conflicts: z
      .array(z.string())
      .optional()
      .describe(
        'draft-changed of a draft: pointers of what both sides have changed. ' +
          'After a PUT also of what you left as it was, since a whole draft does not say what you changed',
      ),
    device: takenOver.optional().describe('session-replaced: who took over'),
  })
  .openapi('Problem');
export type Problem = z.infer<typeof problem>;
