/** A candidacy in the office's language: the doors of the command log, one after another. */
import { createHash } from 'node:crypto';
import { v4 as uuid, v7 as newId } from 'uuid';
import { fillIn } from '../../scripts/journey/filling.ts';
import { DEMO_CONSTITUENCIES, DEMO_ELECTION_ID, DEMO_STAFF } from '../../scripts/demo-data.ts';
import { VILLAGE_QUESTIONNAIRE } from '../../domain/village-questionnaire.ts';
import { DEMO_DOCUMENT_KINDS } from '../../domain/demo-rules.ts';
import { requiredDocuments } from '../../domain/document-rules.ts';
import type { Answers } from '../../domain/questionnaire.ts';
import { Refusal } from '../../domain/refusal.ts';
import {
  acceptBankReturn,
  acceptDecision,
  acceptRegistration,
  acceptSubmission,
  acceptVerification,
  acceptWithdrawal,
  type CommandView,
  type Idempotency,
} from '../../store/commands.ts';
import type { Database } from '../../store/database.ts';
import { storeDocument } from '../../store/documents.ts';
import { readDraft, saveDraft } from '../../store/drafts.ts';
import { getRegistration, type RegistrationView } from '../../store/registrations.ts';
import { CARD } from './outside-world.ts';
import type { Stage } from './stage.ts';

export const CONSTITUENCY = DEMO_CONSTITUENCIES.find(
  ({ electionId, kind }) => electionId === DEMO_ELECTION_ID && kind === 'village',
);
export const BIRTH_DATE = '1980-05-05';
const REVIEWER = DEMO_STAFF.find(({ governorate }) => governorate === CONSTITUENCY?.governorate);

/** Words of the person that may never be seen in the engine. */
export interface Canary {
  readonly mobile: string;
  readonly nationalId: string;
  /** ISO; of somebody whom a registry knows by it. */
  readonly birthDate?: string;
}

export interface Candidacy extends Canary {
  readonly candidateId: string;
  readonly registrationId: string;
  view(): Promise<RegistrationView>;
  /** Waits until the view is as wanted. */
  until(wanted: (view: RegistrationView) => boolean): Promise<RegistrationView>;
  verification(
    card?: typeof CARD | { cardPrefix: string; cardSuffix: string },
    guardAccepted?: boolean,
  ): Promise<CommandView>;
  bankReturn(attemptId: string): Promise<CommandView>;
  /** From the announced card to the proven identity. */
  prove(): Promise<void>;
  fillIn(): Promise<void>;
  changeAnswer(section: string, field: string, value: string): Promise<void>;
  /** A picture that nobody has seen before, unless it is said which. */
  upload(kind: string, picture?: string): Promise<void>;
  submission(
    codeAskedAt?: Date | null,
  ): Promise<CommandView & { preliminaryCode: string; contentHash: string }>;
  withdrawal(): Promise<CommandView>;
  decision(decision: {
    kind: 'corrections' | 'approval' | 'rejection';
    revision: number;
    defects?: { target: string; reason: string; note?: string }[];
    reason?: string;
  }): Promise<CommandView>;
}

export const idempotency = (scope: string): Idempotency => ({
  scope,
  key: uuid(),
  bodyHash: createHash('sha256').update('body').digest(),
});

let people = 0;

/** Digits that no other text of a test holds, so that they can be searched for. */
function newCanary(): Canary {
  people += 1;
  const seed = (Date.now() + people) % 10_000_000;
  return {
    mobile: `+98912${String(seed).padStart(7, '0')}`,
    nationalId: String(4_000_000_000 + ((seed * 131) % 900_000_000)),
  };
}

export async function newCandidate(stage: Stage, { mobile }: Pick<Canary, 'mobile'>): Promise<string> {
  const { db } = stage.fresh;
  const id = newId();
  await db.knex('candidates').insert({
    id,
    mobile_sealed: db.sealing.seal({ table: 'candidates', column: 'mobile_sealed', row: id }, mobile),
    mobile_hmac: db.sealing.fingerprint('mobile', mobile),
  });
  return id;
}

interface Person extends Canary {
  readonly candidateId: string;
}

/** The command that opens; not handed over yet. */
export function openRegistration(stage: Stage, person: Person): Promise<CommandView> {
  return acceptRegistration(stage.fresh.db, {
    candidateId: person.candidateId,
    electionId: DEMO_ELECTION_ID,
    constituencyId: CONSTITUENCY?.id ?? '',
    nationalId: person.nationalId,
    birthDate: person.birthDate ?? BIRTH_DATE,
    idempotency: idempotency(`candidate:${person.candidateId}`),
  });
}

export async function newPerson(stage: Stage, canary: Partial<Canary> = {}): Promise<Person> {
  const person = { ...newCanary(), ...canary };
  return { ...person, candidateId: await newCandidate(stage, person) };
}

/** A candidacy that was opened, with its workflow running. */
export async function newCandidacy(stage: Stage, canary: Partial<Canary> = {}): Promise<Candidacy> {
  const person = await newPerson(stage, canary);
  const opened = await stage.settle(await openRegistration(stage, person));
  return candidacyOf(stage, person, opened.registrationId);
}

const POLL_MS = 25;
const PATIENCE_MS = 90_000;

interface Own {
  readonly registrationId: string;
  readonly candidateId: string;
}

/** What a candidate writes before the submission. */
function paperOf(db: Database, own: Own): Pick<Candidacy, 'fillIn' | 'changeAnswer' | 'upload'> {
  const { registrationId } = own;
  const answers = async (): Promise<Answers> => (await readDraft(db, registrationId)).answers;
  const write = async (next: Answers): Promise<void> => {
    const { version } = await readDraft(db, registrationId);
    await saveDraft(db, { ...own, version, answers: next });
  };
  const upload = async (kind: string, picture: string = uuid()): Promise<void> => {
    const content = Buffer.from(picture);
    const sha256 = createHash('sha256').update(content).digest('hex');
    await storeDocument(db, {
      ...{ ...own, kind, content, sha256, originalSha256: sha256, width: 800, height: 600 },
    });
  };
  return {
    upload,
    async fillIn() {
      await write(fillIn({ questionnaire: VILLAGE_QUESTIONNAIRE }, {}, () => 0) as Answers);
      const today = new Date().toISOString().slice(0, 10);
      const rules = { documentKinds: DEMO_DOCUMENT_KINDS };
      for (const kind of requiredDocuments(rules, await answers(), { birthDate: BIRTH_DATE, today })) {
        await upload(kind);
      }
    },
    async changeAnswer(section, field, value) {
      const now = await answers();
      await write({ ...now, [section]: { ...now[section], [field]: value } });
    },
  };
}

type Commands = Pick<Candidacy, 'verification' | 'bankReturn' | 'submission' | 'withdrawal' | 'decision'>;

/** The doors of the command log, each with a key of its own; nothing is handed over yet. */
function commandsOf(db: Database, own: Own): Commands {
  const { registrationId } = own;
  const scope = `candidate:${own.candidateId}`;
  return {
    verification: (card = CARD, guardAccepted = false) =>
      acceptVerification(db, {
        ...{ ...own, ...card, guardAccepted, returnUrl: null },
        idempotency: idempotency(scope),
      }),
    async bankReturn(attemptId) {
      const row = await db.knex('card_verifications').where({ id: attemptId }).first<{ reference: string }>();
      const command = await acceptBankReturn(db, { reference: row?.reference ?? '' });
      if (command === undefined) throw new Error('The bank knows no such attempt');
      return command;
    },
    async submission(codeAskedAt = null) {
      const { version } = await readDraft(db, registrationId);
      const request = { ...own, draftVersion: version, codeAskedAt, idempotency: idempotency(scope) };
      return acceptSubmission(db, request);
    },
    withdrawal: () => acceptWithdrawal(db, { ...own, idempotency: idempotency(scope) }),
    decision: (decision) => {
      const staffId = REVIEWER?.id ?? '';
      return acceptDecision(db, {
        ...{ registrationId, staffId, ...decision },
        idempotency: idempotency(`staff:${staffId}`),
      });
    },
  };
}

export function candidacyOf(stage: Stage, person: Person, registrationId: string): Candidacy {
  const { db } = stage.fresh;
  const own = { registrationId, candidateId: person.candidateId };
  const self: Candidacy = {
    ...person,
    registrationId,
    ...paperOf(db, own),
    ...commandsOf(db, own),
    view: () => getRegistration(db, registrationId, own.candidateId),
    async until(wanted) {
      const end = Date.now() + PATIENCE_MS;
      for (;;) {
        const view = await self.view();
        if (wanted(view)) return view;
        if (Date.now() > end) throw new Error(`Waited in vain; the registration is ${JSON.stringify(view)}`);
        await new Promise((go) => setTimeout(go, POLL_MS));
      }
    },
    async prove() {
      const verified = await stage.settle(await self.verification());
      const { attemptId } = verified.result as { attemptId: string };
      stage.world.answers.bank = {
        outcome: 'confirmed',
        maskedPan: `${CARD.cardPrefix}******${CARD.cardSuffix}`,
      };
      await stage.settle(await self.bankReturn(attemptId));
      await self.until(({ status }) => status === 'awaiting-submission');
    },
  };
  return self;
}

/** The code with which a door refuses; `null` when it lets in. */
export async function refusalOf(knock: Promise<unknown>): Promise<string | null> {
  try {
    await knock;
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}
