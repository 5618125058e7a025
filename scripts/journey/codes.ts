/** A code on the phone as a careful person uses it: waits, tries what came, and asks for a new one when none did. */
import { Deviation } from './deviation.ts';
import type { Play } from './play.ts';

export interface AskedCode {
  readonly id: string;
  readonly digits: number;
  /** When a new one may be asked for. */
  readonly resendAt: string;
}

export interface TypedCode {
  readonly codeId: string;
  readonly code: string;
}

interface CodeUse<T> {
  readonly ask: () => Promise<AskedCode>;
  /** What came of it, or that this code did not count. */
  readonly use: (typed: TypedCode) => Promise<{ readonly value: T } | { readonly refused: string }>;
}

/** After these the person reads the SMS again, or asks for another one. */
const ANOTHER = ['code-wrong', 'code-expired', 'code-used'];
/** So many may be asked for in an hour (OTP-7), with one to spare. */
const CODES_MAX = 4;
/** Beyond the time at which a new one may be asked for. */
const SPARE_MS = 2_000;

/** Throws a Deviation when no code was accepted. */
export async function withCode<T>(play: Play, { ask, use }: CodeUse<T>): Promise<T> {
  const { trace, world, who, rest } = play;
  const seen = (await world.inbox(who.mobile)).length;
  const except = new Set<string>();
  let last = 'none came';
  for (let asked = 1; asked <= CODES_MAX; asked += 1) {
    const { id: codeId, digits, resendAt } = await ask();
    rest.receipts.promise(codeId);
    const until = performance.now() + Math.max(0, Date.parse(resendAt) - Date.now()) + SPARE_MS;
    for (;;) {
      const patienceMs = until - performance.now();
      const code = await trace.step(
        'SMS with the code',
        () => world.codeFor(who.mobile, { seen, digits, except, patienceMs }),
        (text) => (text === undefined ? 'none came' : `came, ${text.length} digits`),
      );
      if (code === undefined) break;
      except.add(code);
      const outcome = await use({ codeId, code });
      if ('value' in outcome) return outcome.value;
      if (!ANOTHER.includes(outcome.refused)) throw new Deviation(`the code was refused: ${outcome.refused}`);
      last = outcome.refused;
    }
  }
  throw new Deviation(`${CODES_MAX} codes were asked for, and none was accepted (${last})`);
}
