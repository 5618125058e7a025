/** What came of the SMS: each that was due must have reached the phone, and what came twice is counted. */
import { Deviation } from './deviation.ts';
import { knock, newPatience } from './door.ts';
import type { Loss, Query } from './ledger.ts';

interface Sms {
  readonly to: string;
  readonly text: string;
  readonly provider: string;
}

export interface SmsReport {
  /** By provider, codes included. */
  readonly sent: ReadonlyMap<string, number>;
  /** A text that the line had before: of a further round, or a repeat where a provider cannot know our id (WF-7). */
  readonly doubles: number;
}

/** Every SMS that was handed to a provider so far, oldest first. */
export async function readInbox(sandbox: string): Promise<readonly Sms[]> {
  const { status, body } = await knock({ method: 'GET', url: `${sandbox}/inbox.json` }, newPatience());
  if (status !== 200) throw new Deviation(`the sandbox's inbox: ${status}`);
  return (body as { items: Sms[] }).items;
}

const BANK = 'bank';

/** Counts what our side has sent; the bank's own dynamic passwords are none of it. */
export function smsReport(inbox: readonly Sms[]): SmsReport {
  const ours = inbox.filter(({ provider }) => provider !== BANK);
  const sent = new Map<string, number>();
  for (const { provider } of ours) sent.set(provider, (sent.get(provider) ?? 0) + 1);
  const different = new Set(ours.map(({ to, text }) => `${to} ${text}`));
  return { sent, doubles: ours.length - different.size };
}

const UNSENT = `
select registration_id, template, state from sms
where registration_id = any($1) and state in ('pending', 'queued')`;

/** SMS that are not handed over; a loss when all has had time to settle. */
export async function unsentSms(query: Query, registrationIds: readonly string[]): Promise<Loss[]> {
  type Row = { registration_id: string; template: string; state: string };
  const rows = await query<Row>(UNSENT, [registrationIds]);
  return rows.map(({ registration_id: registrationId, template, state }) => ({
    registrationId,
    promise: `SMS ${template} of ${registrationId}`,
    why: `is ${state}`,
  }));
}
