/** What everybody else can get of somebody's registration: another candidate, another governorate, nobody in particular. */
import type { StaffAccount } from '../../scripts/journey/panel.ts';
import { PANEL_VIEWS } from '../../store/panel-views.ts';
import type { System } from '../support/system.ts';
import type { Flight } from './canary-drive.ts';
import type { Place } from './places.ts';

interface Visit {
  readonly who: string;
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
}

function ofTheApi({ id, preliminaryCode, attempts, returns }: Flight): string[] {
  const own = `/api/v1/registrations/${id}`;
  return [
    ...['', '/messages', '/history', '/documents', '/documents/photo/content', '/draft'].map(
      (it) => own + it,
    ),
    ...attempts.map((attempt) => `${own}/card-verifications/${attempt}`),
    ...[`${own}/events`, ...returns],
    ...['/api/v1/registrations', '/api/v1/notices', '/api/v1/elections', '/api/v1/sessions/current'],
    ...['/api/v1/openapi.json', '/livez', '/readyz', `/api/v1/commands/${id}`],
    ...(preliminaryCode === null ? [] : [`/api/v1/status/${preliminaryCode}`]),
  ];
}

function ofThePanel({ id, play: { who } }: Flight): string[] {
  const record = `/admin/api/resources/registrations/records/${id}`;
  const asked = [who.nationalId, who.mobile].map((value) => `&filters.preliminaryCode=${value}`);
  return [
    ...['/admin', '/admin/api/dashboard', `${record}/show`, `${record}/review`],
    ...PANEL_VIEWS.map(({ id: resource }) => `/admin/api/resources/${resource}/actions/list?perPage=100`),
    ...asked.map((filter) => `/admin/api/resources/registrations/actions/list?perPage=100${filter}`),
  ];
}

async function cookieOf(panel: string, { email, password }: StaffAccount): Promise<string> {
  const body = new URLSearchParams({ email, password });
  const headers = { origin: panel };
  const reply = await fetch(`${panel}/admin/login`, { method: 'POST', headers, body, redirect: 'manual' });
  return reply.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; '); // prettier-ignore
}

async function visit({ who, base, headers, paths }: Visit): Promise<Place[]> {
  const places: Place[] = [];
  for (const path of paths) {
    const answer = await fetch(base + path, { headers, redirect: 'manual' });
    const head = [...answer.headers].map((pair) => pair.join(': ')).join('\n');
    const bytes = Buffer.concat([Buffer.from(`${head}\n`), Buffer.from(await answer.arrayBuffer())]);
    places.push({ name: `${answer.status} ${path} for ${who}`, bytes });
  }
  return places;
}

/** By the number on a document that somebody holds in hand. */
async function lookUp(
  { who, admin, cookie }: { who: string; admin: string; cookie: string },
  nationalId: string,
): Promise<Place> {
  const body = new FormData();
  body.set('nationalId', nationalId);
  const url = `${admin}/admin/api/resources/registrations/actions/lookUp`;
  const answer = await fetch(url, { method: 'POST', headers: { cookie, origin: admin }, body });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { name: `${answer.status} the look-up for ${who}`, bytes };
}

/** Heads and bodies of all that was answered. `stranger` is the token of another candidate. */
export async function answersToOthers(system: System, flight: Flight, stranger: string): Promise<Place[]> {
  const { api, admin } = system.running.urls;
  const foreign = system.running.staff.filter(({ role }) => role === 'reviewer');
  const places: Place[] = [];
  const paths = ofTheApi(flight);
  places.push(...(await visit({ who: 'nobody', base: api, headers: {}, paths })));
  const headers = { authorization: `Bearer ${stranger}` };
  places.push(...(await visit({ who: 'another candidate', base: api, headers, paths })));
  for (const account of foreign) {
    const cookie = await cookieOf(admin, account);
    const record = await fetch(`${admin}/admin/api/resources/registrations/records/${flight.id}/review`, { headers: { cookie } }); // prettier-ignore
    // The governorate that it belongs to may see it.
    if (record.ok && (await record.text()).includes(flight.id)) continue;
    const who = `a reviewer of ${account.governorate ?? ''}`;
    places.push(...(await visit({ who, base: admin, headers: { cookie }, paths: ofThePanel(flight) })));
    places.push(await lookUp({ who, admin, cookie }, flight.play.who.nationalId));
  }
  return places;
}

/** What the canary itself is answered, beside its own questionnaire and the number that it signs in with. */
export function answersToOwner(system: System, flight: Flight): Promise<Place[]> {
  const headers = { authorization: `Bearer ${flight.play.token()}` };
  const paths = ofTheApi(flight).filter((path) => !/draft|content|events|sessions/u.test(path));
  return visit({ who: 'the owner', base: system.running.urls.api, headers, paths });
}
