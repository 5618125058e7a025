/** One variable of the environment after another, and all that is wrong with them. */
import type { z } from 'zod';

/** In place of a default: the variable has to be there. */
export const REQUIRED: unique symbol = Symbol('required');

/** Takes one variable after another and collects what is wrong with them. */
export class Environment {
  readonly problems: string[] = [];
  private readonly env: NodeJS.ProcessEnv;

  constructor(env: NodeJS.ProcessEnv) {
    this.env = env;
  }

  /** The variable as `type` reads it; when it is unset or empty, `absent` (REQUIRED makes that a problem). */
  take<T, A = T>(name: string, type: z.ZodType<T>, absent: A | typeof REQUIRED): T | A {
    const text = this.env[name];
    if (text === undefined || text === '') {
      if (absent !== REQUIRED) return absent as A;
      this.problems.push(`${name}: is missing`);
      return undefined as A;
    }
    const parsed = type.safeParse(text);
    if (parsed.success) return parsed.data;
    this.problems.push(`${name}: ${parsed.error.issues[0]?.message ?? 'is invalid'}`);
    return undefined as A;
  }

  refuse(name: string, why: string): void {
    if ((this.env[name] ?? '') !== '') this.problems.push(`${name}: ${why}`);
  }
}
