/** The table at the end of a run with many people. */
import type { GivenFault } from './evidence.ts';
import type { LossReport } from './loss.ts';
import type { SmsReport } from './notices.ts';
import type { Measured } from './trace.ts';

/** The value below which the share of the numbers lies (nearest rank); NaN for none. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Rows as text, the first column to the left and all others to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
  return rows.map((row) => line(row).join('  ')).join('\n');
}

/** How one person's play went. */
export interface Ending {
  readonly fate: string;
  /** What went otherwise than the fate says; null when nothing did. */
  readonly deviation: string | null;
}

export function fatesTable(endings: readonly Ending[]): string {
  const fates = [...new Set(endings.map(({ fate }) => fate))];
  const rows = fates.map((fate) => {
    const own = endings.filter((ending) => ending.fate === fate);
    const astray = own.filter(({ deviation }) => deviation !== null).length;
    return [fate, String(own.length), String(own.length - astray), String(astray)];
  });
  return columns([['fate', 'people', 'as it should', 'otherwise'], ...rows]);
}

/** Milliseconds per step, without what a client waited because a `Retry-After` asked for it. */
export function stepsTable(measured: readonly Measured[]): string {
  const steps = [...new Set(measured.map(({ step }) => step))];
  const rows = steps.map((step) => {
    const ms = measured.filter((one) => one.step === step).map((one) => one.ms);
    return [step, ms.length, percentile(ms, 0.5).toFixed(0), percentile(ms, 0.95).toFixed(0)].map(String);
  });
  return columns([['step', 'times', 'p50 ms', 'p95 ms'], ...rows]);
}

export function lossLines({ promises, lost, undecided }: LossReport): string {
  const each = lost.map(({ promise, why }) => `  lost: ${promise}: ${why}`);
  return [...each, `answers held against the database: ${promises}, undecided: ${undecided}`].join('\n');
}

/** Requests that met a fault, by provider and mode. */
export function faultsTable(faults: readonly GivenFault[]): string {
  const modes = [...new Set(faults.map(({ mode }) => mode))].toSorted();
  const providers = [...new Set(faults.map(({ provider }) => provider))].toSorted();
  const given = (provider: string, mode: string) =>
    faults.find((fault) => fault.provider === provider && fault.mode === mode)?.times ?? 0;
  const rows = providers.map((provider) => [provider, ...modes.map((mode) => String(given(provider, mode)))]);
  return columns([['faults given', ...modes], ...rows]);
}

/** Refusals by their code, the most frequent first. */
export function refusalsTable(refusals: ReadonlyMap<string, number>): string {
  const rows = [...refusals].toSorted(([, a], [, b]) => b - a).map(([code, times]) => [code, String(times)]);
  return columns([['refusals met', 'times'], ...rows]);
}

export function smsLine({ sent, doubles }: SmsReport): string {
  const each = [...sent].map(([provider, times]) => `${provider} ${times}`).join(', ');
  return `SMS sent: ${each || 'none'}; of these with a text that the phone had before: ${doubles} (further rounds, repeats)`;
}
