/**
 * SMS with codes, held to I4 of security.md §3: whatever was promised by a 202 reached a gateway, and nothing did more
 * often than what nobody can know explains. Which code stands in a text is found by the keyed hash that is kept of it.
 *
 * A candidate who waits for a minute may ask for another code; then nobody sends the first any more. That one was not
 * forgotten when the engine holds its workflow, however long a busy machine keeps its worker from living.
 */
import { createHmac } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/client';
import type pg from 'pg';
import { parseMobile } from '../../domain/mobile-number.ts';
import type { Candidacy, Team } from '../support/candidacy.ts';
import { TEST_KEYS, TEST_SEALING } from '../support/keys.ts';
import type { System } from '../support/system.ts';
import { codeWorkflowId } from '../../workflows/protocol.ts';
import { openEngine } from './evidence.ts';

export const CODE_SMS = /^کد (?:ورود|ارسال|انصراف)/u;

/** Milliseconds UTC throughout. */
export interface CodeStory {
  readonly id: string;
  /** A 202 said that it is on its way. */
  readonly promised: boolean;
  readonly used: boolean;
  /** We have noted that a gateway took it. */
  readonly sent: boolean;
  /** The candidate has asked for another one in its place. */
  readonly replaced: boolean;
  readonly endsAt: number;
  /** How often a gateway took it. */
  readonly taken: number;
  readonly tries: readonly { readonly outcome: string; readonly beganAt: number }[];
}

interface Circumstances {
  /** When the worker, or the database in which it records, has died. */
  readonly deaths: readonly number[];
  readonly now: number;
  /** Whether the engine has a workflow that sends it. */
  readonly begun: () => Promise<boolean>;
}

/** Tries of which the process lived to say that no answer came, or none that could be read. */
const UNANSWERED = ['ambiguous', 'malformed'];

/** So many copies more than one may be: the tries of which nobody can know whether the gateway took it. */
function excused({ tries }: CodeStory, deaths: readonly number[]): number {
  const unknown = tries.filter(({ outcome, beganAt }, index) => {
    if (UNANSWERED.includes(outcome)) return true;
    const next = tries[index + 1]?.beganAt ?? Infinity;
    return outcome === 'open' && deaths.some((at) => at >= beganAt && at <= next);
  });
  return unknown.length;
}

async function missing(code: CodeStory, { now, begun }: Circumstances): Promise<string | null> {
  if (code.used || code.sent) return `was ${code.used ? 'used' : 'noted as sent'}, and no gateway had it`;
  if (!code.promised) return null;
  if (!(await begun())) return 'was promised, and the engine has never heard of it';
  if (code.replaced) return null;
  return now < code.endsAt ? 'is not sent yet' : 'was promised, and no gateway ever had it';
}

/** What is not as it must be with one code; null when all is well. */
export async function brokenCode(code: CodeStory, circumstances: Circumstances): Promise<string | null> {
  const what = `code ${code.id}`;
  if (code.taken === 0) {
    const why = await missing(code, circumstances);
    return why === null ? null : `${what} ${why}`;
  }
  const allowed = 1 + excused(code, circumstances.deaths);
  return code.taken <= allowed
    ? null
    : `${what} came ${code.taken} times, at most ${allowed} can be explained`;
}

interface CodeRow {
  readonly id: string;
  readonly code_hmac: Buffer;
  readonly expires_at: Date;
  readonly sent_at: Date | null;
  readonly consumed_at: Date | null;
  readonly superseded_at: Date | null;
  readonly tries: readonly { readonly outcome: string; readonly began_at: string }[];
}

const CODES = `
select id, code_hmac, expires_at, sent_at, consumed_at, superseded_at,
  array(select json_build_object('outcome', t.outcome, 'began_at', t.began_at)
        from sms_tries t where t.sms_id = c.id order by t.id) as tries
from one_time_codes c where mobile_hmac = $1 order by created_at`;

function isIn({ id, code_hmac }: CodeRow, text: string): boolean {
  const code = text.match(/(?<!\d)\d{6}(?!\d)/u)?.[0] ?? '';
  return createHmac('sha256', TEST_KEYS.code).update(`${id}|${code}`).digest().equals(code_hmac);
}

interface Examined {
  readonly system: System;
  readonly team: Team;
  readonly one: Candidacy;
}

const RECORDERS = ['worker', 'postgres'];

/** Asks the engine, with a connection for the occasion: hardly any code is unsent. */
async function isBegun(system: System, codeId: string): Promise<boolean> {
  const engine = openEngine(system);
  try {
    await engine.client.workflow.getHandle(codeWorkflowId(codeId)).describe();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  } finally {
    await engine.close();
  }
}

/** What is not as it must be with the codes of one candidate's line. */
export async function brokenCodes(client: pg.Client, { system, team, one }: Examined): Promise<string[]> {
  const mobile = parseMobile(one.play.who.mobile) ?? '';
  const { rows } = await client.query<CodeRow>(CODES, [TEST_SEALING.fingerprint('mobile', mobile)]);
  const texts = (await team.world.inbox(one.play.who.mobile))
    .map(({ text }) => text)
    .filter((text) => CODE_SMS.test(text));
  const promised = new Set(team.receipts.codes);
  const deaths = system.deaths.filter(({ part }) => RECORDERS.includes(part)).map(({ at }) => at);
  const found = rows.map((row) => {
    const story: CodeStory = {
      id: row.id,
      promised: promised.has(row.id),
      used: row.consumed_at !== null,
      sent: row.sent_at !== null,
      replaced: row.superseded_at !== null,
      endsAt: row.expires_at.getTime(),
      taken: texts.filter((text) => isIn(row, text)).length,
      tries: row.tries.map(({ outcome, began_at }) => ({ outcome, beganAt: Date.parse(began_at) })),
    };
    return brokenCode(story, { deaths, now: Date.now(), begun: () => isBegun(system, row.id) });
  });
  const strange = texts.filter((text) => !rows.some((row) => isIn(row, text))).length;
  return [
    ...(await Promise.all(found)).filter((broken) => broken !== null),
    ...(strange > 0 ? [`${strange} SMS with a code that nobody made`] : []),
  ];
}
