/**
 * `PUT /faults/bank/result`: the bank ends the next entries on its page with this code, whatever was typed, so that
 * every code of its documents can be walked. A restart forgets it.
 */
import { Router } from 'express';
import { z } from 'zod';
import { sendProblem } from './problem.ts';

const RESULT = z.strictObject({
  /** Of a transaction's state, as the bank's documents list them; null lets the entries count again. */
  code: z.int().min(0).max(99_999).nullable(),
  /** So many entries; all until told otherwise when it is left out. */
  for: z.int().min(1).optional(),
});

export interface BankResults {
  readonly routes: Router;
  /** The code with which this entry is to end; undefined when it counts as it was typed. */
  take(): number | undefined;
}

export function createBankResults(): BankResults {
  let wanted: { readonly code: number; readonly left: number } | null = null;
  const routes = Router();
  routes.put('/faults/bank/result', (request, response) => {
    const result = RESULT.safeParse(request.body);
    if (!result.success) {
      return sendProblem(response, { status: 400, title: 'code is a number or null; for is a number' });
    }
    const { code, for: times = Infinity } = result.data;
    wanted = code === null ? null : { code, left: times };
    response.json(result.data);
  });
  return {
    routes,
    take() {
      if (wanted === null) return undefined;
      const { code, left } = wanted;
      wanted = left > 1 ? { code, left: left - 1 } : null;
      return code;
    },
  };
}
