/** A candidate at the API's door: steps of the journey in one call each, through REST only. */
import sharp from 'sharp';
import { fillIn } from '../../scripts/journey/filling.ts';
import { DEMO_CONSTITUENCIES, DEMO_ELECTION_ID, DEMO_STAFF } from '../../scripts/demo-data.ts';
import { VILLAGE_QUESTIONNAIRE } from '../../domain/village-questionnaire.ts';
import { nationalIdCheckDigit } from '../../domain/national-id.ts';
import type { Answers } from '../../domain/questionnaire.ts';
import { acceptDecision } from '../../store/commands.ts';
import { idempotency } from '../workflow/candidacy.ts';
import { CARD } from '../workflow/outside-world.ts';
import type { Stage } from '../workflow/stage.ts';
import type { ApiClient } from './client.ts';
import { soon } from './office.ts';

export const BIRTH_DATE = '1980-05-05';
export const VILLAGE = DEMO_CONSTITUENCIES.find(
  ({ electionId, kind }) => electionId === DEMO_ELECTION_ID && kind === 'village',
);
const REVIEWER = DEMO_STAFF.find(({ governorate }) => governorate === VILLAGE?.governorate);

let people = 0;

/** A national id with a right check digit that no other candidate of this run has. */
export function newNationalId(): string {
  people += 1;
  const nine = String(400_000_000 + people);
  return `${nine}${nationalIdCheckDigit(nine)}`;
}

/** A JPEG of this many pixels; another seed is another picture. */
export async function jpeg(seed = 1, width = 800, height = 600): Promise<Uint8Array<ArrayBuffer>> {
  const background = { r: (seed * 37) % 256, g: (seed * 91) % 256, b: (seed * 13) % 256 };
  const create = { width, height, channels: 3 as const, background };
  return new Uint8Array(await sharp({ create }).jpeg({ quality: 70 }).toBuffer());
}

export function registrationBody(changes: object = {}) {
  return {
    electionId: DEMO_ELECTION_ID,
    constituencyId: VILLAGE?.id ?? '',
    nationalId: newNationalId(),
    birthDate: BIRTH_DATE,
    ...changes,
  };
}

export interface View {
  readonly id: string;
  readonly status: string;
  readonly revision: number;
  readonly round: number;
  readonly preliminaryCode: string | null;
  readonly identity: { readonly line: string; readonly card: string; readonly reason: string | null };
  readonly openDefects: readonly { readonly target: string }[];
}

export interface DraftBody {
  readonly version: number;
  readonly answers: Answers;
  readonly problems: readonly { readonly pointer: string; readonly code: string }[];
}

export async function openRegistration(me: ApiClient, changes: object = {}): Promise<string> {
  const opened = await me.post<{ id: string }>('/registrations', registrationBody(changes));
  return opened.body.id;
}

export const viewOf = async (me: ApiClient, id: string) => (await me.get<View>(`/registrations/${id}`)).body;

export function until(me: ApiClient, id: string, wanted: (view: View) => boolean): Promise<View | undefined> {
  return soon(async () => {
    const view = await viewOf(me, id);
    return wanted(view) ? view : undefined;
  });
}

/** From the card to the proven identity, by way of the bank's return. */
export async function proveIdentity(me: ApiClient, stage: Stage, id: string): Promise<void> {
  const path = `/registrations/${id}/card-verifications`;
  const started = await me.post<{ id: string }>(path, CARD);
  stage.world.answers.bank = { outcome: 'confirmed', maskedPan: '603799******1234' };
  const row = (await stage.fresh.owner('card_verifications').where({ id: started.body.id }).first()) as {
    reference: string;
  };
  await me.get(`/bank-return/${row.reference}`);
  await until(me, id, ({ status }) => status === 'awaiting-submission');
}

export async function fillDraft(me: ApiClient, id: string): Promise<DraftBody> {
  const before = await me.get<DraftBody>(`/registrations/${id}/draft`);
  const answers = fillIn(
    { questionnaire: VILLAGE_QUESTIONNAIRE },
    structuredClone(before.body.answers) as never,
    () => 0,
  );
  const match = { 'if-match': before.headers.get('etag') ?? '' };
  const saved = await me.put<DraftBody>(`/registrations/${id}/draft`, { answers }, match);
  return saved.body;
}

interface Item {
  readonly kind: string;
  readonly required: boolean;
  readonly present: boolean;
}

export async function uploadAll(me: ApiClient, id: string): Promise<void> {
  const { body } = await me.get<{ items: Item[] }>(`/registrations/${id}/documents`);
  for (const [index, { kind, required }] of body.items.entries()) {
    if (required) await me.picture(`/registrations/${id}/documents/${kind}`, await jpeg(index + 1));
  }
}

export async function submit(me: ApiClient, id: string, headers: Record<string, string> = {}) {
  const draft = await me.get<DraftBody>(`/registrations/${id}/draft`);
  return me.post<{ preliminaryCode: string; contentHash: string; commandId: string }>(
    `/registrations/${id}/submission`,
    { declaration: true },
    { 'if-match': draft.headers.get('etag') ?? '', ...headers },
  );
}

/** Everything up to the first submission, which is left to the test. */
export async function ready(me: ApiClient, stage: Stage): Promise<string> {
  const id = await openRegistration(me);
  await proveIdentity(me, stage, id);
  await fillDraft(me, id);
  await uploadAll(me, id);
  return id;
}

interface Decision {
  readonly kind: 'corrections' | 'approval' | 'rejection';
  readonly revision: number;
  readonly defects?: { target: string; reason: string; note?: string }[];
  readonly reason?: string;
}

/** The reviewer of the village's governorate decides. */
export async function decide(stage: Stage, registrationId: string, decision: Decision): Promise<void> {
  const staffId = REVIEWER?.id ?? '';
  const key = idempotency(`staff:${staffId}`);
  await stage.settle(
    await acceptDecision(stage.fresh.db, { registrationId, staffId, ...decision, idempotency: key }),
  );
}
