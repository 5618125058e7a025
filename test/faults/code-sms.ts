/**
 * SMS with codes, held to I4 of security.md §3: whatever was promised by a 202 reached a gateway, and nothing did more
 * often than what nobody can know explains. Which code stands in a text is found by the keyed hash that is kept of it.
 */
import { createHmac } from 'node:crypto';
import type pg from 'pg';
import { parseMobile } from '../../domain/mobile-number.ts';
import type { Candidacy, Team } from '../support/candidacy.ts';
import { TEST_KEYS, TEST_SEALING } from '../support/keys.ts';
import type { System } from '../support/system.ts';

export const CODE_SMS = /^کد (?:ورود|ارسال|انصراف)/u;

/** Milliseconds UTC throughout. */
export interface CodeStory {
  readonly id: string;
  /** A 202 said that it is on its way. */
  readonly promised: boolean;
  readonly used: boolean;
  /** When the candidate asked for another one in its place; null when none has. */
  readonly replacedAt: number | null;
  readonly madeAt: number;
  readonly endsAt: number;
  /** How often a gateway took it. */
  readonly taken: number;
  readonly tries: readonly { readonly outcome: string; readonly beganAt: number }[];
}

interface Circumstances {
  /** When the worker, or the database in which it records, has died. */
  readonly deaths: readonly number[];
  readonly now: number;
  /** Whether a code had to be there before its candidate asks for another one, which is after a minute. */
  readonly prompt: boolean;
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

function missing(code: CodeStory, { now, prompt }: Circumstances): string | null {
  if (code.used) return 'was used, and no gateway had it';
  if (!code.promised) return null;
  if (code.replacedAt !== null) {
    const waited = Math.round((code.replacedAt - code.madeAt) / 1_000);
    return prompt
      ? `was promised, and in the ${waited} s until another was asked for no gateway had it`
      : null;
  }
  return now < code.endsAt ? 'is not sent yet' : 'was promised, and no gateway ever had it';
}

/** What is not as it must be with one code; null when all is well. */
export function brokenCode(code: CodeStory, circumstances: Circumstances): string | null {
  const what = `code ${code.id}`;
  if (code.taken === 0) {
    const why = missing(code, circumstances);
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
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly consumed_at: Date | null;
  readonly superseded_at: Date | null;
  readonly tries: readonly { readonly outcome: string; readonly began_at: string }[];
}

const CODES = `
select id, code_hmac, created_at, expires_at, consumed_at, superseded_at,
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
  readonly prompt: boolean;
}

const RECORDERS = ['worker', 'postgres'];

/** What is not as it must be with the codes of one candidate's line. */
export async function brokenCodes(
  client: pg.Client,
  { system, team, one, prompt }: Examined,
): Promise<string[]> {
  const mobile = parseMobile(one.play.who.mobile) ?? '';
  const { rows } = await client.query<CodeRow>(CODES, [TEST_SEALING.fingerprint('mobile', mobile)]);
  const texts = (await team.world.inbox(one.play.who.mobile))
    .map(({ text }) => text)
    .filter((text) => CODE_SMS.test(text));
  const promised = new Set(team.receipts.codes);
  const deaths = system.deaths.filter(({ part }) => RECORDERS.includes(part)).map(({ at }) => at);
  const circumstances = { deaths, now: Date.now(), prompt };
  const found = rows.map((row) => {
    const story: CodeStory = {
      id: row.id,
      promised: promised.has(row.id),
      used: row.consumed_at !== null,
      replacedAt: row.superseded_at?.getTime() ?? null,
      madeAt: row.created_at.getTime(),
      endsAt: row.expires_at.getTime(),
      taken: texts.filter((text) => isIn(row, text)).length,
      tries: row.tries.map(({ outcome, began_at }) => ({ outcome, beganAt: Date.parse(began_at) })),
    };
    return brokenCode(story, circumstances);
  });
  const strange = texts.filter((text) => !rows.some((row) => isIn(row, text))).length;
  return [
    ...found.filter((broken) => broken !== null),
    ...(strange > 0 ? [`${strange} SMS with a code that nobody made`] : []),
  ];
}
