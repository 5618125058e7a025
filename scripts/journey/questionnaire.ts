/** The candidate fills in, uploads, submits, corrects and withdraws. */
import { isDeepStrictEqual } from 'node:util';
import { type AskedCode, withCode } from './codes.ts';
import { Deviation, expectThat } from './deviation.ts';
import { codeOf } from './door.ts';
import type { Answers, DocumentItem, Draft, Election, SubmissionAnswer } from './contract.ts';
import { fillIn } from './filling.ts';
import { newPicture } from './pictures.ts';
import type { Play } from './play.ts';
import { bodyOf, type CommandOutcome, type CommandOrder } from './rest.ts';

async function readDraft({ rest }: Play, id: string): Promise<Draft> {
  return bodyOf<Draft>(await rest.get(`/registrations/${id}/draft`), 200);
}

/**
 * Writes the whole answers over a version. When an answer was lost on the way the repeat meets 412: then the draft
 * must hold what was sent.
 */
async function writeDraft(
  play: Play,
  id: string,
  { version, answers }: { version: number; answers: Answers },
) {
  const reply = await play.rest.put(
    `/registrations/${id}/draft`,
    { answers },
    { 'if-match': `"${version}"` },
  );
  if (reply.status === 412 && reply.attempts > 1) {
    const now = await readDraft(play, id);
    expectThat(isDeepStrictEqual(now.answers, answers), 'the draft was changed by somebody else');
    return now;
  }
  const draft = bodyOf<Draft>(reply, 200);
  play.rest.receipts.keep({ what: 'draft', registrationId: id, version: draft.version });
  return draft;
}

/** Reads the draft and answers everything that the election's questionnaire asks. */
export async function fillDraft(play: Play, id: string, election: Election): Promise<Draft> {
  const before = await play.trace.step(
    'draft read',
    () => readDraft(play, id),
    ({ version, problems }) => `version ${version}, ${problems.length} problems`,
  );
  return play.trace.step(
    'draft written',
    () => writeDraft(play, id, { ...before, answers: fillIn(election, before.answers, play.choice) }),
    ({ version, problems }) => `version ${version}, ${problems.length} problems${problemsText(problems)}`,
  );
}

function problemsText(problems: Draft['problems']): string {
  return problems.map(({ pointer, code }) => ` ${pointer} ${code}`).join(',');
}

/** Changes the draft by one correction. */
export function correctDraft(play: Play, id: string, correct: (answers: Answers) => Answers): Promise<Draft> {
  return play.trace.step(
    'answer corrected',
    async () => {
      const before = await readDraft(play, id);
      return writeDraft(play, id, { ...before, answers: correct(before.answers) });
    },
    ({ version }) => `version ${version}`,
  );
}

/** A change that is not allowed now is refused as locked, and nothing changes. */
export function lockedAnswer(play: Play, id: string, change: (answers: Answers) => Answers): Promise<string> {
  return play.trace.step(
    'another answer is locked',
    async () => {
      const { version, answers } = await readDraft(play, id);
      const body = { answers: change(answers) };
      const reply = await play.rest.put(`/registrations/${id}/draft`, body, { 'if-match': `"${version}"` });
      const code = codeOf(reply.body);
      expectThat(code === 'item-locked', `answered ${reply.status} ${code}, expected 409 item-locked`);
      return `${reply.status} ${code}`;
    },
    (said) => said,
  );
}

async function listDocuments({ rest }: Play, id: string): Promise<readonly DocumentItem[]> {
  return bodyOf<{ items: DocumentItem[] }>(await rest.get(`/registrations/${id}/documents`), 200).items;
}

interface Upload {
  readonly item: DocumentItem;
  /** What the step is called. */
  readonly step?: string;
}

async function uploadDocument(play: Play, id: string, { item, step = 'document' }: Upload): Promise<void> {
  await play.trace.step(
    step,
    async () => {
      const path = `/registrations/${id}/documents/${item.kind}`;
      const reply = await play.rest.putPicture(path, await newPicture(item));
      const stored = bodyOf<DocumentItem>(reply, 200, 201);
      const { version, sha256 } = stored;
      if (version === null || sha256 === null) throw new Deviation(`${item.kind}: stored without a version`);
      play.rest.receipts.keep({ what: 'document', registrationId: id, kind: item.kind, version, sha256 });
      return { ...stored, status: reply.status };
    },
    ({ status, kind, version, bytes }) => `${status} ${kind} version ${version}, ${bytes} bytes`,
  );
}

/** Uploads a picture for each document that is required for the answers given. */
export async function uploadDocuments(play: Play, id: string): Promise<void> {
  const items = await play.trace.step(
    'documents listed',
    () => listDocuments(play, id),
    (all) => `${all.filter(({ required }) => required).length} of ${all.length} kinds required`,
  );
  for (const item of items) if (item.required) await uploadDocument(play, id, { item });
}

export async function replaceDocument(play: Play, id: string, kind: string): Promise<void> {
  const item = (await listDocuments(play, id)).find((candidate) => candidate.kind === kind);
  if (item === undefined) throw new Deviation(`no document of the kind ${kind}`);
  await uploadDocument(play, id, { item, step: 'document corrected' });
}

/** The kinds of the documents that are there, in the election's order. */
export async function presentDocuments(play: Play, id: string): Promise<string[]> {
  return (await listDocuments(play, id)).filter(({ present }) => present).map(({ kind }) => kind);
}

type OrderOfCode = CommandOrder & { readonly registrationId: string; readonly body: object };

/** Sends a command, and again with a fresh code by SMS when one is required. */
async function withFreshCode(play: Play, order: OrderOfCode): Promise<CommandOutcome> {
  const outcome = await play.rest.command(order);
  if (outcome.refused !== 'fresh-code-required') return outcome;
  return typeCode(play, order);
}

/** Sends a command with a code that is asked for now. */
function typeCode(play: Play, order: OrderOfCode): Promise<CommandOutcome> {
  const { registrationId } = order;
  const purpose = order.kind === 'withdrawal' ? 'withdrawal' : 'submission';
  return withCode(play, {
    ask: async () =>
      bodyOf<AskedCode>(await play.rest.post('/confirmation-codes', { purpose, registrationId }), 202),
    use: async (typed) => {
      const answer = await play.rest.command({ ...order, body: { ...order.body, ...typed } });
      return answer.refused?.startsWith('code-') ? { refused: answer.refused } : { value: answer };
    },
  });
}

function refusalText(outcome: CommandOutcome & { refused: string }): string {
  const { problem, refused } = outcome;
  const errors = typeof problem === 'object' && problem !== null && 'errors' in problem ? problem.errors : '';
  return `${outcome.status} ${refused} ${errors ? JSON.stringify(errors) : ''}`;
}

/** Submits the present draft; the answer, or the code with which it was refused. */
export async function trySubmission(play: Play, id: string): Promise<CommandOutcome> {
  const { version } = await readDraft(play, id);
  return withFreshCode(play, {
    kind: 'submission',
    path: `/registrations/${id}/submission`,
    body: { declaration: true },
    ifMatch: version,
    registrationId: id,
  });
}

/** Confirms what was submitted while no code could be sent. */
function confirmSubmission(play: Play, id: string): Promise<CommandOutcome> {
  return play.trace.step(
    'confirmation',
    async () => {
      const path = `/registrations/${id}/submission-confirmation`;
      const outcome = await typeCode(play, { kind: 'confirmation', path, body: {}, registrationId: id });
      if (outcome.refused !== null) throw new Deviation(`confirmation: ${refusalText(outcome)}`);
      return outcome;
    },
    ({ status }) => `${status} done`,
  );
}

/** Submits the present draft and must succeed; confirms it when our side could send no code at first. */
export async function submit(play: Play, id: string): Promise<SubmissionAnswer> {
  const answer = await submitOnly(play, id);
  if (answer.confirmation === 'awaited') await confirmSubmission(play, id);
  return answer;
}

function submitOnly(play: Play, id: string): Promise<SubmissionAnswer & { readonly status: number }> {
  return play.trace.step(
    'submission',
    async () => {
      const outcome = await trySubmission(play, id);
      if (outcome.refused !== null) throw new Deviation(`submission: ${refusalText(outcome)}`);
      const answer = outcome.answer as unknown as SubmissionAnswer & { status: number };
      expectThat(typeof answer.preliminaryCode === 'string', 'submission without a preliminary code');
      return { ...answer, status: outcome.status };
    },
    ({ status, preliminaryCode, contentHash, receivedAt }) =>
      `${status} code ${preliminaryCode}, content ${contentHash.slice(0, 12)}…, received ${receivedAt}`,
  );
}

export function withdraw(play: Play, id: string): Promise<CommandOutcome> {
  return play.trace.step(
    'withdrawal',
    async () => {
      const path = `/registrations/${id}/withdrawal`;
      const outcome = await withFreshCode(play, { kind: 'withdrawal', path, body: {}, registrationId: id });
      if (outcome.refused !== null) throw new Deviation(`withdrawal: ${refusalText(outcome)}`);
      return outcome;
    },
    ({ status }) => `${status} done`,
  );
}
