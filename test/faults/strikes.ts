/** Kills at named points while candidates are under way: each candidate has a plan, and one strike comes at a time. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Candidacy, Step, Team } from '../support/candidacy.ts';
import type { Death } from '../support/part.ts';
import { NET_MS } from '../support/patience.ts';
import type { PartName, System } from '../support/system.ts';

export interface Strike {
  readonly point: string;
  /** Armed when this step of the journey begins, for the how manieth time. */
  readonly step: string;
  readonly time?: number;
  /** Whether the point knows whose work it does; else it hits whoever comes first. */
  readonly own?: false;
  /** Who passes the point; strikes on different parts need not wait for each other. */
  readonly part?: PartName;
}

export interface Striker {
  /** A new candidate in whose way the strikes of the plan stand. */
  newcomer(plan: readonly Strike[]): Promise<Struggle>;
}

export interface Struggle {
  readonly candidacy: Candidacy;
  /** Of each strike that has been armed, when it hits; undefined while its step has not begun. */
  hit(strike: Strike): Promise<Death> | undefined;
  /** Whether the process has died there. */
  wasHit(strike: Strike): boolean;
}

/**
 * One strike at a time, and the next when the part is back: whoever waits for a turn has nothing under way that a
 * strike on somebody else could hit.
 */
export function newStriker(system: System, team: Team): Striker {
  const turns = new Map<string, Promise<unknown>>();

  const strikeInTurn = async (strike: Strike, subject: string | undefined): Promise<Promise<Death>[]> => {
    const { point } = strike;
    const whose = strike.part ?? 'anybody';
    const before = turns.get(whose);
    let over = (): void => undefined;
    turns.set(whose, new Promise<void>((resolve) => (over = resolve)));
    await before;
    const hit = system.hit(point, subject);
    system.arm(point, subject);
    const patience = new AbortController();
    const back = hit.then(({ part }) => {
      patience.abort();
      return system.parts[part as PartName].start();
    });
    const waited = { ref: false, signal: patience.signal };
    // A strike that nobody walks into gives its turn away.
    delay(NET_MS, undefined, waited).then(
      () => {
        system.disarm(point, subject);
        over();
      },
      () => {},
    );
    void back.finally(over);
    // In an array, so that nobody waits for the hit here.
    return [hit];
  };

  return {
    async newcomer(plan) {
      const hits = new Map<Strike, Promise<Death>>();
      const dead = new Set<Strike>();
      const candidacy = await team.newcomer(async ({ name, time, registrationId }: Step) => {
        for (const strike of plan) {
          if (strike.step !== name || (strike.time ?? 1) !== time) continue;
          const subject = strike.own === false ? undefined : (registrationId ?? undefined);
          const [hit] = await strikeInTurn(strike, subject);
          if (hit === undefined) continue;
          hits.set(strike, hit);
          void hit.then(() => dead.add(strike));
        }
      });
      return { candidacy, hit: (strike) => hits.get(strike), wasHit: (strike) => dead.has(strike) };
    },
  };
}
