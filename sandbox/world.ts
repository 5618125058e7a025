/**
 * The state of the outside world: who lives in it, what lies in the SMS inbox, what happens at the bank.
 *
 * Everything here is made up. Each change goes through `save…`, which also writes it to the journal.
 */
import { openJournal, type Journal, type JournalEntry } from './journal.ts';

export type Fate =
  | 'no-line'
  | 'other-line'
  | 'refused-bank'
  | 'other-card'
  | 'other-card-line'
  | 'blocked-card'
  | 'expired-card'
  | 'dead'
  | 'unknown'
  | 'under-age';

export interface Person {
  /** Position in the sequence from which everything about the person is drawn. */
  readonly index: number;
  readonly nationalId: string;
  /** `09…`, the number with which this person registers. */
  readonly mobile: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly fatherName: string;
  /** ISO, Gregorian. */
  readonly birthDate: string;
  readonly sex: 'female' | 'male';
  /** Null for an ordinary person. */
  readonly fate: Fate | null;
  /** Numbers of the cards in this person's hand, whoever owns them. */
  readonly cards: readonly string[];
}

export interface Card {
  readonly number: string;
  readonly bank: string;
  readonly cvv2: string;
  /** Two digits each, Jalali. */
  readonly month: string;
  readonly year: string;
  /** National id of the holder, as the issuer knows it. */
  readonly holder: string;
  /** Where the issuer sends dynamic passwords, `09…`. */
  readonly mobile: string;
  readonly expired: boolean;
  readonly wrongEntries: number;
  readonly blocked: boolean;
}

/** A mobile line and the national id in whose name it is. */
interface Line {
  readonly mobile: string;
  readonly owner: string;
}

export interface Message {
  readonly id: number;
  /** `09…` */
  readonly to: string;
  readonly text: string;
  /** Who handed it over: `sms-a`, or the `bank` with a dynamic password. */
  readonly provider: string;
  /** Milliseconds UTC. */
  readonly sentAt: number;
  /** The client's own id of the message, when it gave one. */
  readonly localId: string | null;
}

interface DynamicPassword {
  readonly code: string;
  readonly card: string;
  readonly expiresAt: number;
}

export interface Transaction {
  readonly urlId: string;
  readonly invoice: string;
  readonly callback: string;
  readonly amount: number;
  /** `09…` and national id that the merchant asks the bank to compare the card with. */
  readonly mobile: string;
  readonly nationalId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** The bank's code, see bank.ts. */
  readonly state: number;
  readonly maskedCard: string | null;
  readonly referenceNumber: string | null;
  readonly trackId: string;
  readonly password: DynamicPassword | null;
  readonly passwordsSent: number;
}

/** Somebody was told to pay at the bank: one call of the merchant, whatever came of it. */
export interface BankStart {
  readonly invoice: string;
  readonly at: number;
}

/** Somebody typed a dynamic password on the bank's page, whatever came of it. */
export interface BankEntry {
  readonly invoice: string;
  readonly card: string;
  /** SHA-256 of what was typed. */
  readonly password: string;
  readonly at: number;
}

export interface World {
  readonly people: ReadonlyMap<string, Person>;
  readonly cards: ReadonlyMap<string, Card>;
  readonly lines: ReadonlyMap<string, Line>;
  readonly messages: readonly Message[];
  readonly transactions: ReadonlyMap<string, Transaction>;
  /** What the bank has seen, for tests (evidence.ts); nothing in the bank reads them. */
  readonly bankStarts: readonly BankStart[];
  readonly bankEntries: readonly BankEntry[];
  /** Milliseconds UTC. */
  readonly now: () => number;
  messagesTo(mobile: string): readonly Message[];
  messageOfLocalId(localId: string): Message | undefined;
  messageOfId(id: number): Message | undefined;
  transactionOfInvoice(invoice: string): Transaction | undefined;
  savePerson(person: Person): void;
  saveCard(card: Card): void;
  saveLine(line: Line): void;
  saveTransaction(transaction: Transaction): void;
  noteBankStart(start: Omit<BankStart, 'at'>): void;
  noteBankEntry(entry: Omit<BankEntry, 'at'>): void;
  /** Puts an SMS into the inbox; it gets the next id. */
  deliver(message: Omit<Message, 'id' | 'sentAt'>): Message;
  close(): void;
}

interface WorldOptions {
  /** Null keeps the world in memory only. */
  readonly directory: string | null;
  readonly now?: () => number;
}

/** The first message id; looks like the provider's and is no plausible one-time code. */
const FIRST_MESSAGE_ID = 8_100_000_000;

/** All that is kept, empty at first, and how one more of each kind is put in. */
function emptyWorld() {
  const people = new Map<string, Person>();
  const cards = new Map<string, Card>();
  const lines = new Map<string, Line>();
  const transactions = new Map<string, Transaction>();
  const invoices = new Map<string, string>();
  const messages: Message[] = [];
  const bankStarts: BankStart[] = [];
  const bankEntries: BankEntry[] = [];
  const byReceiver = new Map<string, Message[]>();
  const byLocalId = new Map<string, Message>();
  const keep: Readonly<Record<string, (value: never) => void>> = {
    person: (person: Person) => void people.set(person.nationalId, person),
    card: (card: Card) => void cards.set(card.number, card),
    line: (line: Line) => void lines.set(line.mobile, line),
    transaction: (transaction: Transaction) => {
      transactions.set(transaction.urlId, transaction);
      invoices.set(transaction.invoice, transaction.urlId);
    },
    bankStart: (start: BankStart) => void bankStarts.push(start),
    bankEntry: (entry: BankEntry) => void bankEntries.push(entry),
    message: (message: Message) => {
      messages.push(message);
      const received = byReceiver.get(message.to);
      if (received === undefined) byReceiver.set(message.to, [message]);
      else received.push(message);
      if (message.localId !== null) byLocalId.set(message.localId, message);
    },
  };
  const kept = { people, cards, lines, transactions, messages, bankStarts, bankEntries };
  return { kept, keep, invoices, byReceiver, byLocalId };
}

export function openWorld({ directory, now = Date.now }: WorldOptions): World {
  const journal: Journal = openJournal(directory);
  const { kept, keep, invoices, byReceiver, byLocalId } = emptyWorld();
  const { people, cards, lines, transactions, messages, bankStarts, bankEntries } = kept;
  const save = (kind: string, value: unknown): void => {
    keep[kind]?.(value as never);
    journal.append(kind, value);
  };

  for (const { kind, value } of journal.earlier) keep[kind]?.(value as never);
  journal.compact(
    entriesOf(
      { person: people, card: cards, line: lines, transaction: transactions },
      { message: messages, bankStart: bankStarts, bankEntry: bankEntries },
    ),
  );

  return {
    ...kept,
    now,
    messagesTo: (mobile) => byReceiver.get(mobile) ?? [],
    messageOfLocalId: (localId) => byLocalId.get(localId),
    messageOfId: (id) => messages[id - FIRST_MESSAGE_ID],
    transactionOfInvoice: (invoice) => transactions.get(invoices.get(invoice) ?? ''),
    savePerson: (person) => save('person', person),
    saveCard: (card) => save('card', card),
    saveLine: (line) => save('line', line),
    saveTransaction: (transaction) => save('transaction', transaction),
    noteBankStart: (start) => save('bankStart', { ...start, at: now() }),
    noteBankEntry: (entry) => save('bankEntry', { ...entry, at: now() }),
    deliver(message) {
      const delivered = { ...message, id: FIRST_MESSAGE_ID + messages.length, sentAt: now() };
      save('message', delivered);
      return delivered;
    },
    close: () => journal.close(),
  };
}

function entriesOf(
  maps: Readonly<Record<string, ReadonlyMap<string, unknown>>>,
  lists: Readonly<Record<string, readonly unknown[]>>,
): JournalEntry[] {
  const values = [
    ...Object.entries(maps).map(([kind, map]) => ({ kind, all: [...map.values()] })),
    ...Object.entries(lists).map(([kind, all]) => ({ kind, all })),
  ];
  return values.flatMap(({ kind, all }) => all.map((value) => ({ kind, value })));
}
