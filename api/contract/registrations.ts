/** The registration as its candidate sees it, and the commands that move it. */
import { COMMAND_KINDS, STATUSES } from '../../domain/lifecycle.ts';
import { HELP_LINE } from '../../domain/messages.ts';
import { REFUSAL_CODES } from '../../domain/refusals.ts';
import { constituency } from './elections.ts';
import { day, digits, id, time, z } from './base.ts';

export const status = z.enum(STATUSES);
export const whoseMove = z.enum(['candidate', 'governorate', 'nobody']);

export const defect = z
  .strictObject({
    id,
    target: z.string().describe('`/answers/section/field` or `/documents/kind`'),
    reason: z.string(),
    whatToDo: z.string(),
    note: z.string().nullable(),
    since: time,
  })
  .openapi('Defect');

const confirmation = z.enum(['given', 'awaited']);

const registrationShape = {
  id,
  status,
  whoseMove,
  revision: z.int(),
  round: z.int(),
  confirmation: confirmation
    .nullable()
    .describe(
      'Of the last submission; `awaited`: it is accepted and waits for the code that could not be sent',
    ),
  electionId: id,
  constituency,
  identity: z.strictObject({
    line: z.enum(['pending', 'confirmed', 'refused']),
    card: z.enum(['none', 'started', 'pending', 'confirmed', 'refused']),
    way: z.enum(['card', 'in-person']).nullable().describe('How it was proven'),
    reason: z.string().nullable(),
    triesLeft: z.int(),
  }),
  preliminaryCode: z.string().nullable(),
  deadline: time.nullable(),
  openDefects: z.array(defect),
  help: z.literal(HELP_LINE),
  createdAt: time,
  updatedAt: time,
};

export const registration = z.strictObject(registrationShape).openapi('Registration');

export const registrations = z.strictObject({ items: z.array(registration) }).openapi('Registrations');

export const registrationRequest = z
  .strictObject({
    electionId: id,
    constituencyId: id,
    nationalId: digits('0499370899'),
    birthDate: day,
  })
  .openapi('RegistrationRequest');

/** What every command is answered with, whatever its outcome. */
const done = { commandId: id, state: z.literal('done'), receivedAt: time };
const accepted = { commandId: id, state: z.enum(['accepted', 'delivered']), receivedAt: time };

export const commandAccepted = z.strictObject(accepted).openapi('CommandAccepted');

export const registrationOpened = z
  .strictObject({ ...registrationShape, ...done })
  .openapi('RegistrationOpened');
/** The id is certain at once, so a client can go on to the registration itself. */
export const registrationAccepted = z.strictObject({ ...accepted, id }).openapi('RegistrationAccepted');

export const verificationRequest = z
  .strictObject({
    cardPrefix: digits('603799').describe('The first 6 to 8 digits'),
    cardSuffix: digits('1234').describe('The last 4 digits'),
    guardAccepted: z.boolean().optional(),
    returnUrl: z.url().max(500).optional().describe('Only on the origins that the operator has listed'),
  })
  .openapi('VerificationRequest');

const advice = z.array(z.string());

export const verificationStarted = z
  .strictObject({ ...done, id, redirectUrl: z.string().nullable(), expiresAt: time.nullable(), advice })
  .openapi('VerificationStarted');
export const verificationAccepted = z.strictObject({ ...accepted, id }).openapi('VerificationAccepted');

export const verification = z
  .strictObject({
    id,
    state: z.enum(['starting', 'started', 'returned', 'pending', 'confirmed', 'refused', 'abandoned']),
    redirectUrl: z.string().nullable(),
    expiresAt: time.nullable(),
    reason: z.string().nullable(),
    advice,
  })
  .openapi('Verification');

const freshCode = { codeId: id.optional(), code: digits('123456').optional() };

export const submissionRequest = z
  .strictObject({ declaration: z.literal(true), ...freshCode })
  .openapi('SubmissionRequest');

const receipt = {
  preliminaryCode: z.string(),
  contentHash: z.string(),
  confirmation: confirmation.describe(
    '`awaited`: no code could be sent, the submission is accepted and to be confirmed later',
  ),
  notice: z.string().describe('Says that this is not final'),
};
export const submissionDone = z.strictObject({ ...done, ...receipt }).openapi('SubmissionDone');
export const submissionAccepted = z.strictObject({ ...accepted, ...receipt }).openapi('SubmissionAccepted');

export const confirmationRequest = z.strictObject(freshCode).openapi('SubmissionConfirmationRequest');
export const confirmationDone = z.strictObject(done).openapi('SubmissionConfirmationDone');

export const withdrawalRequest = z
  .strictObject({ reason: z.string().max(500).optional(), ...freshCode })
  .openapi('WithdrawalRequest');
export const withdrawalDone = z.strictObject(done).openapi('WithdrawalDone');

export const command = z
  .strictObject({
    id,
    kind: z.enum(COMMAND_KINDS),
    state: z.enum(['accepted', 'delivered', 'done', 'refused']),
    code: z.enum(REFUSAL_CODES as [string, ...string[]]).nullable(),
    receivedAt: time,
    decidedAt: time.nullable(),
    result: z.record(z.string(), z.unknown()).nullable(),
  })
  .openapi('Command');

export const publicStatus = z.strictObject({ status, whoseMove, updatedAt: time }).openapi('PublicStatus');
