/**
 * Answers that break a provider's contract, each in its own way; many look almost like a pass. A client that takes
 * one of them for a pass would let anybody through while the provider stumbles (security.md OTP-13).
 */
import type { Request, Response } from 'express';
import type { HttpProvider } from './providers.ts';

interface Exchange {
  readonly request: Request;
  readonly response: Response;
}
type BadAnswer = (exchange: Exchange) => void;

/** An answer that would pass, for what was asked. */
type Pass = (request: Request) => object;

function json(body: unknown, status = 200): BadAnswer {
  return ({ response }) => void response.status(status).json(body);
}

/** The passing answer, told as text in a way that breaks the contract. */
function told(pass: Pass, tell: (text: string) => string, type = 'application/json'): BadAnswer {
  return ({ request, response }) => {
    const text = tell(JSON.stringify(pass(request)));
    response.status(200).set('content-type', type).send(Buffer.from(text));
  };
}

const TOO_LARGE_BYTES = 1_000_000;

/** What breaks any contract in JSON. */
function generic(pass: Pass): BadAnswer[] {
  return [
    told(pass, () => ''),
    told(pass, (text) => text.slice(0, -2)),
    told(pass, (text) => text, 'text/html'),
    told(pass, (text) => text, 'text/plain'),
    told(pass, (text) => text + ' '.repeat(TOO_LARGE_BYTES)),
    told(pass, (text) => `<html><body>${text}</body></html>`),
    told(pass, (text) => `[${text}]`),
    told(pass, (text) => JSON.stringify(text)),
    ({ request, response }) => void response.status(500).json(pass(request)),
    json(null),
    json(true),
    json({}),
    ({ response }) => void response.redirect(302, '/moved'),
  ];
}

const LINE_PASS = { result: 1, message: 'موفق', data: { matched: true } };
const LINE: readonly BadAnswer[] = [
  ...generic(() => LINE_PASS),
  json({ ...LINE_PASS, result: '1' }),
  json({ ...LINE_PASS, result: true }),
  json({ ...LINE_PASS, result: 100 }),
  json({ ...LINE_PASS, data: { matched: 'true' } }),
  json({ ...LINE_PASS, data: { matched: 1 } }),
  json({ ...LINE_PASS, data: [{ matched: true }] }),
  json({ ...LINE_PASS, data: null }),
  json({ result: 1, matched: true }),
  json({ data: { matched: true } }),
  json(LINE_PASS, 400),
];

const PERSON = { matched: true, firstName: 'نام', lastName: 'نمونه', fatherName: 'پدر', alive: true };
const PERSON_PASS = { result: 1, message: 'موفق', data: PERSON };
const PEOPLE: readonly BadAnswer[] = [
  ...generic(() => PERSON_PASS),
  json({ ...PERSON_PASS, result: '1' }),
  json({ ...PERSON_PASS, result: 100 }),
  json({ ...PERSON_PASS, data: { ...PERSON, matched: 'true' } }),
  json({ ...PERSON_PASS, data: { ...PERSON, alive: 'yes' } }),
  json({ ...PERSON_PASS, data: { ...PERSON, alive: undefined } }),
  json({ ...PERSON_PASS, data: { ...PERSON, firstName: '' } }),
  json({ ...PERSON_PASS, data: { ...PERSON, lastName: 5 } }),
  json({ ...PERSON_PASS, data: { ...PERSON, fatherName: 'پ\0' } }),
  json({ ...PERSON_PASS, data: { matched: true } }),
  json({ ...PERSON_PASS, data: PERSON.matched }),
  json(PERSON_PASS, 400),
];

const PAGE = { urlId: 'a1b2c3d4e5f6a7b8c9d0', url: 'https://elsewhere.example/dorsa1/a1b2c3d4e5f6a7b8c9d0' };

/** Data that would pass as the outcome of the transaction that was asked about, and not as a page of ours. */
function paid(request: Request, change: object = {}): object {
  const { invoiceId } = request.body as { invoiceId?: unknown };
  return {
    status: 13328,
    trackId: '20',
    amount: 10_000,
    cardNumber: '502229******1234',
    invoice: invoiceId ?? '',
    referenceNumber: '142536124562',
    ...PAGE,
    ...change,
  };
}

function success(data: unknown): object {
  return { resultMsg: 'Successful', resultCode: 0, data };
}

/** The passing answer of the inquiry with something else in its data. */
function changed(change: object): BadAnswer {
  return ({ request, response }) => void response.json(success(paid(request, change)));
}

function wrapped(body: (data: object) => unknown): BadAnswer {
  return ({ request, response }) => void response.json(body(paid(request)));
}

const BANK: readonly BadAnswer[] = [
  ...generic((request) => success(paid(request))),
  changed({ invoice: '00000000-0000-7000-8000-000000000000' }),
  changed({ status: '13328' }),
  changed({ status: 0 }),
  changed({ status: null }),
  changed({ cardNumber: null }),
  changed({ cardNumber: '5022290000001234' }),
  changed({ url: 'javascript:alert(1)', status: 13329 }),
  wrapped((data) => ({ ...success(data), resultCode: '0' })),
  wrapped((data) => success([data])),
  wrapped((data) => ({ data })),
  wrapped((data) => ({ ...data, status: 'success' })),
  json({ resultMsg: 'Successful', resultCode: 0 }),
];

const SENT_ENTRY = {
  messageid: 8_100_000_000,
  message: 'x',
  status: 5,
  statustext: '',
  receptor: '09060000000',
};
const SENT = { return: { status: 200, message: 'تایید شد' }, entries: [SENT_ENTRY] };
const SMS: readonly BadAnswer[] = [
  ...generic(() => SENT),
  json({ ...SENT, return: { status: '200', message: '' } }),
  json({ ...SENT, return: 200 }),
  json({ entries: SENT.entries }),
  json({ ...SENT, entries: [] }),
  json({ ...SENT, entries: null }),
  json({ ...SENT, entries: SENT_ENTRY }),
  json({ ...SENT, entries: [{ ...SENT_ENTRY, messageid: undefined, status: '10' }] }),
  json({ ...SENT, entries: [{ ...SENT_ENTRY, messageid: -1, status: null }] }),
  json({ return: SENT.return }),
  json(SENT, 400),
];

const ANSWERS: Readonly<Record<HttpProvider, readonly BadAnswer[]>> = {
  'sms-a': SMS,
  bank: BANK,
  'line-owner': LINE,
  'civil-registry': PEOPLE,
};

/** The broken answers of a provider, given out in turn. */
export function malformedAnswers(provider: HttpProvider): readonly BadAnswer[] {
  return ANSWERS[provider];
}
