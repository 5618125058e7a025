import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { malformedAnswers } from '../../sandbox/malformed.ts';
import { e164, startSandbox, type RunningSandbox, type SandboxPerson } from '../../test/support/sandbox.ts';
import { createLineOwner } from './line-owner.ts';

let sandbox: RunningSandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.stop());

function ask({ mobile, nationalId }: SandboxPerson) {
  return sandbox.gateways.line.belongs({ mobile: e164(mobile), nationalId });
}

describe('whose the line is', () => {
  test.each([
    [null, 'yes'],
    ['no-line', 'no'],
    ['other-line', 'no'],
    ['other-card', 'yes'],
    ['unknown', 'yes'],
  ])('fate %s: %s', async (fate, verdict) => {
    expect(await ask(await sandbox.person(fate))).toBe(verdict);
  });

  test('a national id that cannot be one is invalid', async () => {
    expect(await ask({ ...(await sandbox.person(null)), nationalId: '1234567890' })).toBe('invalid');
  });

  test('a wrong token is for the operator', async () => {
    const gateway = createLineOwner({ url: sandbox.url, token: 'wrong-token' });
    const { mobile, nationalId } = await sandbox.person(null);
    const failure = await gateway
      .belongs({ mobile: e164(mobile), nationalId })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'misconfigured', retryable: true });
    for (const secret of ['wrong-token', mobile, nationalId]) expect(String(failure)).not.toContain(secret);
  });
});

describe('faults', () => {
  test.each(['refuse', 'error-500', 'error-429', 'hang', 'drop-reply'])(
    '%s is no verdict; asked again, the registry answers',
    async (mode) => {
      await sandbox.fault('line-owner', { mode, for: 1 });
      const person = await sandbox.person(null);
      await expect(ask(person)).rejects.toMatchObject({ kind: 'unavailable', retryable: true });
      expect(await ask(person)).toBe('yes');
    },
  );

  test('slow is waited for', async () => {
    await sandbox.fault('line-owner', { mode: 'slow', delayMs: 50 });
    expect(await ask(await sandbox.person('no-line'))).toBe('no');
  });

  test('OTP-13: no malformed answer is a pass', async () => {
    const shapes = malformedAnswers('line-owner').length;
    expect(shapes).toBeGreaterThanOrEqual(20);
    await sandbox.fault('line-owner', { mode: 'malformed' });
    const person = await sandbox.person(null);
    for (let shape = 0; shape < shapes; shape += 1) {
      await expect(ask(person)).rejects.toMatchObject({ name: 'GatewayError', retryable: true });
    }
  });
});
