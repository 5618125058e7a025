/** The sandbox as a candidate meets it: their particulars and cards, and the SMS on their phone (API.md §4). */
import { setTimeout as sleep } from 'node:timers/promises';
import { Deviation } from './deviation.ts';
import { knock, newPatience } from './door.ts';

export interface Card {
  readonly number: string;
  readonly cvv2: string;
  readonly month: string | number;
  readonly year: string | number;
}

export interface Person {
  readonly nationalId: string;
  readonly mobile: string | null;
  readonly birthDate: string;
  readonly fate: string | null;
  readonly cards: readonly Card[];
}

/** A person with a line and a card. */
export interface Candidate extends Person {
  readonly mobile: string;
  readonly card: Card;
}

export interface Sms {
  readonly text: string;
  readonly sentAt: string;
}

export interface OutsideWorld {
  /** So many new ordinary people, each with a line and a card. */
  newPeople(count: number): Promise<Candidate[]>;
  /** A card whose bank cannot be used, of whomever. */
  refusedCard(): Promise<Card>;
  /** The texts sent to a line so far, oldest first. */
  inbox(mobile: string): Promise<readonly Sms[]>;
  /** The newest code in a text later than the first `seen` ones; undefined when none came in time. */
  codeFor(mobile: string, wanted: WantedCode): Promise<string | undefined>;
}

export interface WantedCode {
  readonly seen: number;
  readonly digits: number;
  readonly patienceMs: number;
  /** Codes that were tried already, of texts that came late. */
  readonly except?: ReadonlySet<string>;
}

const LOOK_EVERY_MS = 150;

/** The six banks that the guide refuses, by the first digits of a card (iran.md §1.1). */
const REFUSED_PREFIXES = [
  '627353',
  '585983',
  '504172',
  '622106',
  '627884',
  '639194',
  '636949',
  '639599',
  '627381',
];

function isCandidate(person: Person): person is Candidate {
  return person.mobile !== null && person.cards[0] !== undefined;
}

function asCandidate(person: Person): Candidate {
  const [card] = person.cards;
  const candidate = { ...person, ...(card === undefined ? {} : { card }) };
  if (!isCandidate(candidate)) throw new Deviation('the sandbox made a person without a line or a card');
  return candidate;
}

/** The newest run of exactly so many digits in a text. */
function codeIn(text: string, digits: number): string | undefined {
  return text.match(new RegExp(`(?<!\\d)\\d{${digits}}(?!\\d)`, 'gu'))?.at(-1);
}

export function newOutsideWorld(sandbox: string): OutsideWorld {
  async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const reply = await knock({ method, url: sandbox + path, headers, ...sent }, newPatience());
    if (reply.status >= 400) throw new Deviation(`sandbox ${method} ${path.split('?')[0]}: ${reply.status}`);
    return reply.body as T;
  }

  const inbox = async (mobile: string) =>
    (await ask<{ items: Sms[] }>('GET', `/inbox.json?to=${encodeURIComponent(mobile)}`)).items;

  return {
    inbox,
    newPeople: async (count) =>
      (await ask<{ items: Person[] }>('POST', '/people', { count })).items.map(asCandidate),
    refusedCard: async () => {
      const { items } = await ask<{ items: Person[] }>('GET', '/people.json');
      const card = items
        .flatMap(({ cards }) => cards)
        .find(({ number }) => REFUSED_PREFIXES.some((prefix) => number.startsWith(prefix)));
      if (card === undefined) throw new Deviation('nobody in the sandbox has a card of a refused bank');
      return card;
    },
    codeFor: async (mobile, { seen, digits, patienceMs, except }) => {
      const end = performance.now() + patienceMs;
      for (;;) {
        const codes = (await inbox(mobile)).slice(seen).map(({ text }) => codeIn(text, digits));
        const fresh = codes.findLast((code) => code !== undefined && except?.has(code) !== true);
        if (fresh !== undefined || performance.now() > end) return fresh;
        await sleep(LOOK_EVERY_MS);
      }
    },
  };
}
