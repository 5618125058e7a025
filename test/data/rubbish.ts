/** Requests that no client should make, each with the canary in a place where it does not belong. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { System } from '../support/system.ts';
import type { Flight } from './canary-drive.ts';
import { NAMES, TYPED } from './canary-person.ts';

interface Rubbish {
  readonly what: string;
  readonly door: 'api' | 'admin';
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | FormData;
}

/** The one request that is allowed: an app may call its device what it likes. */
export const WELCOME = 'a device that is called by numbers and a name';

const json = (value: unknown): string => JSON.stringify(value);

/** Headers hold no Persian; as clients send it all the same. */
const latin = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

function atTheApi({ play: { who }, id, preliminaryCode }: Flight): Omit<Rubbish, 'door'>[] {
  const { nationalId, mobile, card } = who;
  const name = `${NAMES.firstName} ${NAMES.lastName}`;
  const path = encodeURIComponent(name);
  const device = { id: 'device-rubbish', kind: 'api', name: 'rubbish' };
  const code = { codeId: randomUUID(), code: card.number, device };
  return [
    { what: 'a path', method: 'GET', path: `/registrations/${nationalId}/${path}` },
    { what: 'a query', method: 'GET', path: `/elections?mobile=${mobile}&name=${path}` },
    { what: 'a method', method: 'PATCH', path: `/registrations/${id}?card=${card.number}` },
    { what: 'a public code', method: 'GET', path: `/status/${nationalId}` },
    { what: 'the end of a public code', method: 'GET', path: `/status/${preliminaryCode ?? ''}${mobile}` },
    { what: 'a body that breaks off', method: 'POST', path: '/sessions', body: `{"name":"${name}","id":"${nationalId}` },
    { what: 'an unknown member', method: 'POST', path: '/sign-in-codes', body: json({ mobile, [nationalId]: name, device }) },
    { what: 'a wrong type', method: 'POST', path: '/sign-in-codes', body: json({ mobile: [mobile, name], device }) },
    { what: 'a number that is none', method: 'POST', path: '/sign-in-codes', body: json({ mobile: `${nationalId}1`, device: { id: 'd' } }) },
    { what: WELCOME, method: 'POST', path: '/sign-in-codes', headers: { 'idempotency-key': `"${mobile}"` }, body: json({ mobile: TYPED.secondMobile, device: { id: `${nationalId} ${name}` } }) },
    { what: 'a card as a code', method: 'POST', path: '/sessions', body: json(code) },
    { what: 'a code in Persian digits', method: 'POST', path: '/sessions', body: json({ ...code, code: `۱۲${name}` }) },
    { what: 'another type of media', method: 'POST', path: '/sessions', headers: { 'content-type': 'text/plain' }, body: name },
    { what: 'headers', method: 'GET', path: '/sessions/current', headers: { 'x-request-id': mobile, 'user-agent': latin(name), referer: `https://x.example/?id=${nationalId}`, 'last-event-id': nationalId, 'if-match': `"${card.number}"` } },
    { what: 'a token', method: 'GET', path: '/registrations', headers: { authorization: `Bearer ${card.number}` } },
    { what: 'the return from the bank', method: 'GET', path: `/bank-return/${card.number}?mobile=${mobile}` },
    { what: 'a report of an SMS', method: 'POST', path: '/sms-reports/kavenegar', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: `messageid=${nationalId}&status=${mobile}` },
  ]; // prettier-ignore
}

/** As the canary itself, signed in. */
function asTheOwner({ id, play: { who } }: Flight): Omit<Rubbish, 'door'>[] {
  const own = `/registrations/${id}`;
  const { nationalId, mobile, card } = who;
  const answers = { identity: { [TYPED.address]: nationalId }, [mobile]: { firstName: TYPED.address } };
  return [
    { what: 'answers nobody asked for', method: 'PUT', path: `${own}/draft`, headers: { 'if-match': '"1"' }, body: json({ answers }) },
    { what: 'a whole card', method: 'POST', path: `${own}/card-verifications`, body: json({ cardPrefix: card.number, cardSuffix: card.number }) },
    { what: 'a password of the bank', method: 'POST', path: `${own}/card-verifications`, body: json({ cardPrefix: '603799', cardSuffix: '1234', cvv2: card.number, pan: card.number }) },
    { what: 'a place to return to', method: 'POST', path: `${own}/card-verifications`, body: json({ cardPrefix: '603799', cardSuffix: '1234', returnUrl: `https://x.example/${nationalId}` }) },
    { what: 'a document that is none', method: 'PUT', path: `${own}/documents/${encodeURIComponent(TYPED.address)}`, headers: { 'content-type': 'image/jpeg' }, body: TYPED.address },
    { what: 'a document of text', method: 'PUT', path: `${own}/documents/photo`, headers: { 'content-type': 'image/jpeg' }, body: TYPED.address },
    { what: 'somebody else of that id', method: 'POST', path: '/registrations', body: json({ electionId: nationalId, constituencyId: mobile, nationalId: card.number, birthDate: TYPED.address }) },
    { what: 'an unknown purpose', method: 'POST', path: '/confirmation-codes', body: json({ purpose: mobile, registrationId: id }) },
    { what: 'a key of an effect', method: 'POST', path: `${own}/withdrawal`, headers: { 'idempotency-key': nationalId }, body: json({ reason: TYPED.withdrawalReason, code: card.number }) },
    { what: 'a key of a code', method: 'POST', path: '/confirmation-codes', headers: { 'idempotency-key': mobile }, body: json({ purpose: 'submission', registrationId: id }) },
  ]; // prettier-ignore
}

function atThePanel({ id, play: { who } }: Flight): Omit<Rubbish, 'door'>[] {
  const form = (fields: Readonly<Record<string, string>>): FormData => {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    return data;
  };
  const { nationalId, mobile } = who;
  return [
    { what: 'an account', method: 'POST', path: '/admin/login', body: form({ email: `${mobile}@x.example`, password: nationalId }) },
    { what: 'an account of Persian text', method: 'POST', path: '/admin/login', body: form({ email: NAMES.firstName, password: TYPED.address }) },
    { what: 'a page', method: 'GET', path: `/admin/resources/${encodeURIComponent(TYPED.address)}?q=${nationalId}` },
    { what: 'a call', method: 'GET', path: `/admin/api/resources/registrations/records/${nationalId}/show` },
    { what: 'a decision', method: 'POST', path: `/admin/api/resources/registrations/records/${id}/approve`, body: form({ revision: nationalId, [mobile]: TYPED.address }) },
  ]; // prettier-ignore
}

const UNAVAILABLE = 503;
const TRIES_MORE = 10;
const PAUSE_MS = 1_000;

/** Sends all of it; gives the status of each, by what it was. */
export async function throwRubbish(
  system: System,
  flight: Flight,
): Promise<Readonly<Record<string, number>>> {
  const { urls } = system.running;
  const owned = asTheOwner(flight).map((one) => ({ ...one, own: true }));
  const all = [
    ...[...atTheApi(flight).map((one) => ({ ...one, own: false })), ...owned].map((one) => ({ ...one, door: 'api' as const })), // prettier-ignore
    ...atThePanel(flight).map((one) => ({ ...one, own: false, door: 'admin' as const })),
  ];
  const statuses: Record<string, number> = {};
  for (const { what, door, method, path, headers, body, own } of all) {
    const ours = door === 'api' ? { 'content-type': 'application/json', 'idempotency-key': randomUUID() } : { origin: urls.admin }; // prettier-ignore
    const token = own ? { authorization: `Bearer ${flight.play.token()}` } : {};
    const send = async (): Promise<number> => {
      const answer = await fetch(urls[door] + (door === 'api' ? '/api/v1' : '') + path, {
        ...{ method, redirect: 'manual', headers: { ...ours, ...token, ...headers } },
        ...(body === undefined ? {} : { body }),
      });
      await answer.arrayBuffer();
      return answer.status;
    };
    let status = await send();
    // A busy machine may have no connection to the database in time; it is no answer to what was sent.
    for (let again = 0; status === UNAVAILABLE && again < TRIES_MORE; again += 1) {
      await delay(PAUSE_MS);
      status = await send();
    }
    statuses[`${door}: ${what}`] = status;
  }
  return statuses;
}
