/**
 * Kavenegar's delivery reports: a moment after a message of our own line has reached the phone, a form is posted to
 * the address that the customer has given. Codes go over the provider's line, of which it reports to nobody.
 */
import type { Message } from './world.ts';

const AFTER_MS = 2_500;
/** When the customer does not answer with success: once more, after this. */
const AGAIN_MS = 5_000;
const PATIENCE_MS = 5_000;
const USER = 'kavenegar';

export interface ReportTarget {
  readonly url: string;
  readonly key: string;
  /** Milliseconds until the report; for tests. */
  readonly afterMs?: number;
}

/** Reports that a message was delivered; what cannot be reported is given up, as at the provider. */
export type Reporter = (message: Message) => void;

export function createReporter({ url, key, afterMs = AFTER_MS }: ReportTarget): Reporter {
  const authorization = `Basic ${Buffer.from(`${USER}:${key}`).toString('base64')}`;
  const post = async ({ id }: Message): Promise<boolean> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ messageid: String(id), status: '10', statustext: 'رسیده به گیرنده' }),
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await response.arrayBuffer();
    return response.ok;
  };
  const report = async (message: Message, again: boolean): Promise<void> => {
    const taken = await post(message).catch(() => false);
    if (!taken && again) setTimeout(() => void report(message, false), AGAIN_MS).unref();
  };
  return (message) => void setTimeout(() => void report(message, true), afterMs).unref();
}
