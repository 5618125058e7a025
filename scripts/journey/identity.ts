/** The candidate proves who they are: the code by SMS, and the line in their own name. */
import { Deviation, expectThat } from './deviation.ts';
import { type AskedCode, type TypedCode, withCode } from './codes.ts';
import { codeOf, PATIENCE_MS, until } from './door.ts';
import type { Constituency, Election, Registration } from './contract.ts';
import type { Play } from './play.ts';
import { bodyOf } from './rest.ts';

const DEVICE = { kind: 'api', name: 'journey' } as const;

/** Signs in with the line in hand by the code that comes to it. */
export async function signIn(play: Play): Promise<void> {
  const { trace, rest, who } = play;
  const device = { id: `journey-${who.nationalId.slice(-4)}-${crypto.randomUUID()}` };
  const ask = () =>
    trace.step(
      'sign-in code',
      async () => bodyOf<AskedCode>(await rest.post('/sign-in-codes', { mobile: who.mobile, device }), 202),
      ({ id, digits }) => `202 code ${id}, ${digits} digits`,
    );
  const use = async (typed: TypedCode) => {
    const reply = await trace.step(
      'session',
      () => rest.post('/sessions', { ...typed, device: { ...device, ...DEVICE } }),
      ({ status, body }) => `${status} ${codeOf(body)}`.trim(),
    );
    if (reply.status !== 201) return { refused: codeOf(reply.body) || String(reply.status) };
    rest.receipts.keep({ what: 'session', codeId: typed.codeId });
    return { value: bodyOf<{ token: string }>(reply, 201) };
  };
  const session = await withCode(play, { ask, use });
  rest.signedInWith(session.token);
}

export async function readRegistration({ rest }: Play, id: string): Promise<Registration> {
  return bodyOf<Registration>(await rest.get(`/registrations/${id}`), 200);
}

interface Opening {
  readonly election: Election;
  readonly constituency: Constituency;
}

/** Opens the registration; the id comes with the answer, or with the outcome when that had to be asked for. */
export async function openRegistration(play: Play, { election, constituency }: Opening): Promise<string> {
  const { nationalId, birthDate, mobile } = play.who;
  const body = { electionId: election.id, constituencyId: constituency.id, nationalId, birthDate };
  return play.trace.step(
    'registration',
    async () => {
      const outcome = await play.rest.command({ kind: 'registration', path: '/registrations', body });
      if (outcome.refused !== null) throw new Deviation(`registration refused: ${outcome.refused}`);
      const id = outcome.result['registrationId'] ?? outcome.result['id'] ?? outcome.answer['id'];
      if (typeof id !== 'string') throw new Deviation(`registration: ${outcome.status} without an id`);
      play.rest.receipts.claim({ registrationId: id, nationalId, mobile, birthDate });
      return id;
    },
    (id) => `registration ${id}`,
  );
}

/** Waits for the answer about the line. */
export function lineKnown(play: Play, id: string, expected: 'confirmed' | 'refused'): Promise<Registration> {
  return play.trace.step(
    'own line',
    async () => {
      const seen = await until({
        what: 'the answer about the line',
        patienceMs: PATIENCE_MS,
        look: async () => {
          const now = await readRegistration(play, id);
          return now.identity.line === 'pending' ? undefined : now;
        },
      });
      const { line, reason } = seen.identity;
      expectThat(line === expected, `the line is ${line} (${reason ?? ''}), expected ${expected}`);
      return seen;
    },
    ({ identity, status }) =>
      `line ${identity.line}${identity.reason ? ` (${identity.reason})` : ''}, ${status}`,
  );
}

/** Waits until the candidate sees a status; a final one that was not expected ends the waiting. */
export function statusReached(play: Play, id: string, expected: string): Promise<Registration> {
  const final = ['approved', 'rejected', 'withdrawn', 'expired'];
  return play.trace.step(
    `status ${expected}`,
    () =>
      until({
        what: `the status ${expected}`,
        patienceMs: PATIENCE_MS,
        look: async () => {
          const now = await readRegistration(play, id);
          const elsewhere = final.includes(now.status) && now.status !== expected;
          expectThat(!elsewhere, `the status is ${now.status}, expected ${expected}`);
          return now.status === expected ? now : undefined;
        },
      }),
    (now) => `${now.status}, ${now.whoseMove}'s move, revision ${now.revision}, round ${now.round}`,
  );
}
