/** What a run with many people is told as: the tables, and the three figures that must be zero. */
import { presentedTwice } from './bank-calls.ts';
import { type Evidence, readEvidence, since } from './evidence.ts';
import type { RunRecord } from './many.ts';
import { readInbox, smsReport } from './notices.ts';
import { inDatabase, settledLosses, type Settling } from './settling.ts';
import { faultsTable, fatesTable, lossLines, refusalsTable, smsLine, stepsTable } from './table.ts';
import { wronglyVerified } from './verified.ts';
import type { Running } from './system.ts';

/** What the outside world had seen before the run. */
export interface Before {
  readonly evidence: Evidence;
  readonly inboxLength: number;
}

export async function lookBefore({ urls }: Running): Promise<Before> {
  const [evidence, inbox] = [await readEvidence(urls.sandbox), await readInbox(urls.sandbox)];
  return { evidence, inboxLength: inbox.length };
}

function refusalsOf({ patiences }: RunRecord): Map<string, number> {
  const all = new Map<string, number>();
  for (const { refusals } of patiences) {
    for (const [code, times] of refusals) all.set(code, (all.get(code) ?? 0) + times);
  }
  return all;
}

/** How it went for the people, in tables; true when everybody's play went as their fate says. */
export function tellPeople(record: RunRecord, print: (line: string) => void): boolean {
  const { endings, measured, patiences } = record;
  const waits = patiences.reduce((sum, patience) => sum + patience.waits, 0);
  const broken = patiences.reduce((sum, patience) => sum + patience.networkErrors, 0);
  print(`\n${fatesTable(endings)}\n\n${stepsTable(measured)}\n\n${refusalsTable(refusalsOf(record))}\n`);
  print(`${endings.length} people: waited as asked ${waits} times, network errors ${broken}`);
  const astray = endings.filter(({ deviation }) => deviation !== null);
  for (const { fate, deviation } of astray) print(`  otherwise: ${fate}: ${deviation ?? ''}`);
  return astray.length === 0;
}

interface Telling {
  readonly before: Before;
  readonly look: Settling['look'];
  readonly print: (line: string) => void;
}

/** The three figures, each from what others than the product have seen; true when all are zero. */
export async function tellFigures(
  { databaseUrl, urls }: Running,
  { receipts }: Pick<RunRecord, 'receipts'>,
  { before, look, print }: Telling,
): Promise<boolean> {
  const losses = await settledLosses(databaseUrl, receipts.all, { look });
  const evidence = since(before.evidence, await readEvidence(urls.sandbox));
  const wrongly = await inDatabase(databaseUrl, (query) => wronglyVerified(query, receipts, evidence));
  const twice = presentedTwice(evidence, receipts.typed);
  const inbox = (await readInbox(urls.sandbox)).slice(before.inboxLength);
  if (evidence.faults.length > 0) print(`${faultsTable(evidence.faults)}\n`);
  print(smsLine(smsReport(inbox)));
  print(`identities held against the registries: ${receipts.claims.length}`);
  print(`passwords typed ${receipts.typed.length}, seen by the bank ${evidence.bank.entries.length}`);
  for (const { promise, why } of wrongly) print(`  wrongly verified: ${promise}: ${why}`);
  for (const line of twice) print(`  ${line}`);
  print(lossLines(losses));
  const { length: lost } = losses.lost;
  print(
    `${lost} lost, ${wrongly.length} wrongly verified, ${twice.length} codes presented to the bank twice`,
  );
  return lost + losses.undecided + wrongly.length + twice.length === 0;
}
