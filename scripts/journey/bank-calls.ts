/** Whether anything was done to a card that its holder did not do: the bank's own journal against what they typed. */
import { type Evidence, plainInvoice } from './evidence.ts';

/** How often each key is in the list. */
function countOf(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/**
 * In words, one for each code that the bank saw twice, each entry that nobody made, and each attempt that was begun
 * twice (OTP-11). The evidence is of this run alone. `typed` holds, for each entry that a candidate made, the last part of the page's address.
 */
export function presentedTwice({ bank }: Evidence, typed: readonly string[]): string[] {
  const byUser = countOf(typed);
  const pages = new Map(bank.transactions.map(({ invoice, urlId }) => [invoice, urlId]));
  const codes = countOf(bank.entries.map(({ card, password }) => `${card} ${password}`));
  const entries = countOf(bank.entries.map(({ invoice }) => invoice));
  const starts = countOf(bank.starts.map(({ invoice }) => plainInvoice(invoice)));
  const twice = [...codes.values()].filter((times) => times > 1);
  const more = [...entries].filter(([invoice, times]) => times > (byUser.get(pages.get(invoice) ?? '') ?? 0));
  const again = [...starts].filter(([, times]) => times > 1);
  return [
    ...twice.map((times) => `a code was presented ${times} times`),
    ...more.map(([invoice, times]) => `attempt ${invoice}: ${times} entries, and fewer were typed`),
    ...again.map(([invoice, times]) => `attempt ${invoice}: the bank was asked ${times} times to begin it`),
  ];
}
