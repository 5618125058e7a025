/** The two elections of the demo: one that is open around the clock, one to try deadlines on. */
import { Deviation } from './deviation.ts';
import type { Constituency, Election } from './contract.ts';
import { bodyOf, type Rest } from './rest.ts';

export interface Elections {
  readonly main: Election;
  /** The small one, whose window headquarters moves. */
  readonly deadlines: Election | undefined;
}

/** Read anew each time, as a client would that was just opened. */
export async function electionsOf(rest: Rest): Promise<Elections> {
  const { items } = bodyOf<{ items: { id: string }[] }>(await rest.get('/elections'), 200);
  const sized = await Promise.all(
    items.map(async ({ id }) => ({
      election: bodyOf<Election>(await rest.get(`/elections/${id}`), 200),
      constituencies: (await constituenciesOf(rest, id)).length,
    })),
  );
  const [main, ...others] = sized.toSorted((a, b) => b.constituencies - a.constituencies);
  if (main === undefined) throw new Deviation('there is no election');
  return { main: main.election, deadlines: others[0]?.election };
}

export async function constituenciesOf(rest: Rest, electionId: string): Promise<readonly Constituency[]> {
  const path = `/elections/${electionId}/constituencies?limit=50`;
  return bodyOf<{ items: Constituency[] }>(await rest.get(path), 200).items;
}
