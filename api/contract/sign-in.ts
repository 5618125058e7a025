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
  .strictObject({ purpose: z.enum(['submission', 'withdrawal']), registrationId: id })
  .openapi('ConfirmationCodeRequest');

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
