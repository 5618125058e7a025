/** Codes and sessions. */
import { digits, id, time, z } from './base.ts';

const deviceId = z.string().min(1).max(100).openapi({ example: 'device-1' });
const deviceKind = z.enum(['android', 'windows', 'web', 'api']);

export const signInCodeRequest = z
  .strictObject({
    mobile: digits('09123456789'),
    device: z.strictObject({ id: deviceId }),
  })
  .openapi('SignInCodeRequest');

export const confirmationCodeRequest = z
  .discriminatedUnion('purpose', [
    z.strictObject({ purpose: z.enum(['submission', 'withdrawal']), registrationId: id }),
    z.strictObject({ purpose: z.literal('mobile-change') }),
  ])
  .openapi('ConfirmationCodeRequest');

export const mobileCodeRequest = z
  .strictObject({
    mobile: digits('09123456789').describe('The number that is to take the place of the present one'),
  })
  .openapi('MobileCodeRequest');

export const mobileChangeRequest = z
  .strictObject({
    newMobileCodeId: id.describe('Of the code that was sent to the new number'),
    newMobileCode: digits('123456'),
    codeId: id
      .optional()
      .describe('Of a fresh code to the present number; not needed within ten minutes of the last'),
    code: digits('123456').optional(),
  })
  .openapi('MobileChangeRequest');

export const mobileChanged = z
  .strictObject({
    mobile: z.string(),
    token: z.string().describe('Takes the place of the one that the request came with'),
    expiresAt: time,
  })
  .openapi('MobileChanged');

export const codeSent = z
  .strictObject({ id, expiresAt: time, expiresInSeconds: z.int(), resendAt: time, digits: z.int() })
  .openapi('CodeSent');

export const sessionRequest = z
  .strictObject({
    codeId: id,
    code: digits('123456'),
    device: z.strictObject({ id: deviceId, kind: deviceKind, name: z.string().min(1).max(100) }),
  })
  .openapi('SessionRequest');

export const sessionOpened = z
  .strictObject({
    token: z.string(),
    expiresAt: time.describe('At the latest; a session that is not used ends after 30 minutes'),
    replaced: z.strictObject({ kind: deviceKind, name: z.string(), since: time }).nullable(),
  })
  .openapi('SessionOpened');

export const currentSession = z
  .strictObject({
    who: z.strictObject({ candidateId: id, mobile: z.string() }),
    device: z.strictObject({ kind: deviceKind, name: z.string() }),
    expiresAt: time,
  })
  .openapi('CurrentSession');
