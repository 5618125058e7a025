/** The workflow that sends one code. */
import { CODE_WORKFLOW, codeStartOf, codeWorkflowId } from '../../workflows/protocol.ts';
import { requestCode } from '../../store/one-time-codes.ts';
import { TEST_KEYS } from '../support/keys.ts';
import { idempotency } from '../workflow/candidacy.ts';
import type { Stage } from '../workflow/stage.ts';
import type { Fate } from './fate-steps.ts';

const LIFE_MS = 1_500;

/** Runs it to its end; with `lifeMs` the code is over after so long. */
async function sendCode(stage: Stage, lifeMs?: number): Promise<string> {
  const { db } = stage.fresh;
  const binding = { purpose: 'sign-in', deviceId: 'device', sessionId: null, registrationId: null } as const;
  const request = { mobile: '+989120000001', codeKey: TEST_KEYS.code, lifeSeconds: 120, now: Date.now() };
  const code = await requestCode(db, { ...binding, ...request, idempotency: idempotency('device:device') });
  const expiresAt = lifeMs === undefined ? code.expiresAt.getTime() : Date.now() + lifeMs;
  const { client } = stage.temporal;
  const options = codeStartOf({ codeId: code.id, expiresAt }, { queueSuffix: stage.queueSuffix });
  await client.workflow.execute(CODE_WORKFLOW, options);
  return codeWorkflowId(code.id);
}

export const CODE_FATES: Readonly<Record<string, Fate>> = {
  'code-sent': { play: (stage) => sendCode(stage) },
  'code-of-no-more-use': { play: (stage) => sendCode(stage, -1) },
  'code-that-nobody-took': {
    async play(stage) {
      stage.world.sms.close();
      const workflowId = await sendCode(stage, LIFE_MS);
      stage.world.sms.open();
      return workflowId;
    },
  },
};
