/** What the system has to fulfil: an id that the names of tests carry, and what it is about. */
interface Area {
  readonly prefix: string;
  readonly name: string;
  /** In their order; the id is the prefix and the position, from 1. */
  readonly titles: readonly string[];
}

const AREAS: readonly Area[] = [
  {
    prefix: 'OTP',
    name: 'one-time codes and identity',
    titles: [
      'codes are drawn evenly from a million',
      'a code lives two minutes, and is told to',
      'a code is kept as a keyed hash only, and wiped',
      'a code works once, however many ask at once',
      'guessing is counted, locked, and in the end stopped',
      'a try counts before it is compared',
      'a code is sent again only so often, and replaces the one before',
      'a code fits one purpose, device, session and line',
      'nobody learns who is registered',
      'sending is capped; without a limiter nothing is sent and the rest goes on',
      'the bank is asked once for each entry, and a card is guarded',
      'a card number is understood in any digits, judged by its bank, never kept',
      'line, card and candidate are one person, or nothing is proven',
    ],
  },
  {
    prefix: 'SES',
    name: 'sessions',
    titles: [
      'a session is an opaque token with two ends',
      'one device at a time; the first is told who took over',
      'no device overwrites what another wrote unseen',
      'a session ends at once, on every replica',
      'what cannot be undone asks for a fresh code',
      'a token of before is worth nothing after',
    ],
  },
  {
    prefix: 'API',
    name: 'the candidates’ door',
    titles: [
      'no route without a policy',
      'who may do what to whose registration in which state',
      'ids and codes cannot be guessed and tell nothing',
      'what the contract does not name is refused',
      'a repeated request has one effect',
      'sizes, depths and times have an end',
      'fair limits, told ahead',
      'every refusal is a problem document that leaks nothing',
      'only the methods and media types that were declared',
      'lists are paged without gaps and repeats',
      'the headers of every answer',
      'who depends on something that is down answers fast',
    ],
  },
  {
    prefix: 'UPL',
    name: 'documents',
    titles: [
      'size is counted on the stream',
      'a picture is what its bytes say',
      'bombs are refused before they are decoded',
      'decoding is done apart, and can be ended',
      'a damaged picture is refused, never stored',
      'only a copy without traces is kept',
      'what scanners and telephones make is accepted',
      'names of files reach nothing',
      'each file has a key of its own; who may see it, how many there may be',
      'a virus scanner has a say',
    ],
  },
  {
    prefix: 'ADM',
    name: 'the panel',
    titles: [
      'staff sign in with a password and a second proof',
      'the session of the panel begins afresh and ends in time',
      'nothing changes by GET, nothing from elsewhere',
      'guessing a password is slowed down',
      'a governorate sees its own, whatever is asked',
      'a disabled account is out with its next click',
      'a decision holds for the revision that was seen',
      'what is grave needs two',
      'the audit cannot be rewritten unseen',
      'no way past the command',
      'what candidates write is shown as text',
    ],
  },
  {
    prefix: 'WF',
    name: 'the workflow',
    titles: [
      'accepted is stored, whatever the engine does',
      'each message counts once, across runs too',
      'messages in any order do no harm',
      'who comes after the end is answered and noted',
      'a crash at any point does no harm',
      'each call outside has its time and its retries',
      'an SMS goes out once, or is asked for before it goes again',
      'two SMS providers stand in for each other',
      'recorded histories replay',
      'a new version takes over running registrations',
      'poison stops nothing',
      'histories stay small',
    ],
  },
  {
    prefix: 'DAT',
    name: 'what is kept of people',
    titles: [
      'the engine sees ciphertext only',
      'the database keeps people sealed, and every column says what it is',
      'keys can be changed while it runs',
      'logs say what happened, never to whom',
      'what is no longer needed is destroyed',
      'a backup brings everything back',
      'each role may do what it must',
      'secrets come from outside and are checked',
    ],
  },
  {
    prefix: 'DL',
    name: 'deadlines',
    titles: [
      'the time of acceptance alone decides',
      'wrong clocks elsewhere change nothing',
      'an extension reaches everybody it concerns',
      'nobody has worse odds than others',
      'a receipt at once, and a status that is cheap',
    ],
  },
  {
    prefix: 'NET',
    name: 'the network',
    titles: [
      'the address of a client is derived from listed proxies only',
      'the rule about networks abroad can be switched and reloaded',
      'links are built from the configuration; smuggled requests are refused',
    ],
  },
];

export interface Requirement {
  readonly id: string;
  readonly area: string;
  readonly title: string;
}

export const REQUIREMENTS: readonly Requirement[] = AREAS.flatMap(({ prefix, name, titles }) =>
  titles.map((title, index) => ({ id: `${prefix}-${index + 1}`, area: name, title })),
);
