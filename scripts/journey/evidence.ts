/** What the outside world has seen and knows (`GET /evidence.json` of the sandbox); the product has no say in it. */
import { Deviation } from './deviation.ts';
import { knock, newPatience } from './door.ts';

export interface GivenFault {
  readonly provider: string;
  readonly mode: string;
  /** Requests that met it. */
  readonly times: number;
}

export interface BankTransaction {
  /** Our attempt, as our adapter names it to the bank. */
  readonly invoice: string;
  /** The last part of the page's address. */
  readonly urlId: string;
  readonly authenticated: boolean;
  /** Of the card that it ended with: the holder's national id and the holder's line. */
  readonly card: { readonly holder: string; readonly mobile: string } | null;
}

export interface Evidence {
  readonly faults: readonly GivenFault[];
  readonly registry: {
    readonly lines: readonly { readonly mobile: string; readonly owner: string }[];
    readonly people: readonly {
      readonly nationalId: string;
      readonly birthDate: string;
      readonly known: boolean;
      readonly alive: boolean;
    }[];
  };
  readonly bank: {
    readonly starts: readonly { readonly invoice: string }[];
    /** `password` is a digest of what was typed. */
    readonly entries: readonly {
      readonly invoice: string;
      readonly card: string;
      readonly password: string;
    }[];
    readonly transactions: readonly BankTransaction[];
  };
}

/** Both sides write an attempt's id their own way. */
export const plainInvoice = (invoice: string): string => invoice.replaceAll('-', '').toLowerCase();

export async function readEvidence(sandbox: string): Promise<Evidence> {
  const { status, body } = await knock({ method: 'GET', url: `${sandbox}/evidence.json` }, newPatience());
  if (status !== 200) throw new Deviation(`the sandbox's evidence: ${status}`);
  return body as Evidence;
}

/** What was seen after an earlier look; what is known of the registries stays whole. */
export function since(before: Evidence, { faults, registry, bank }: Evidence): Evidence {
  const earlier = new Map(before.faults.map(({ provider, mode, times }) => [`${provider} ${mode}`, times]));
  // A sandbox that was started again in between counts its faults from zero.
  const fresh = faults.map((fault) => {
    const times = fault.times - (earlier.get(`${fault.provider} ${fault.mode}`) ?? 0);
    return times < 0 ? fault : { ...fault, times };
  });
  return {
    faults: fresh.filter(({ times }) => times > 0),
    registry,
    bank: {
      starts: bank.starts.slice(before.bank.starts.length),
      entries: bank.entries.slice(before.bank.entries.length),
      transactions: bank.transactions,
    },
  };
}
