import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { malformedAnswers } from '../../sandbox/malformed.ts';
import { startSandbox, type RunningSandbox, type SandboxPerson } from '../../test/support/sandbox.ts';
import { createCivilRegistry } from './civil-registry.ts';

let sandbox: RunningSandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.stop());

function ask({ nationalId, birthDate }: Pick<SandboxPerson, 'nationalId' | 'birthDate'>) {
  return sandbox.gateways.registry.find({ nationalId, birthDate });
}

describe('who a national id is', () => {
  test('an ordinary person is found under the own birth date', async () => {
    const { firstName, lastName, fatherName, ...person } = await sandbox.person(null);
    expect(await ask(person)).toEqual({ matched: true, firstName, lastName, fatherName, alive: true });
  });

  test('the dead are known as such', async () => {
    expect(await ask(await sandbox.person('dead'))).toMatchObject({ matched: true, alive: false });
  });

  test('nobody is found under another birth date, an unknown or an impossible national id', async () => {
    const person = await sandbox.person(null);
    expect(await ask({ ...person, birthDate: '1980-01-01' })).toEqual({ matched: false });
    expect(await ask(await sandbox.person('unknown'))).toEqual({ matched: false });
    expect(await ask({ ...person, nationalId: '1234567890' })).toEqual({ matched: false });
  });

  test('everybody in the registry is found, whatever day they were born', async () => {
    for (const person of await sandbox.people()) {
      expect([person.fate, await ask(person)]).toEqual([
        person.fate,
        expect.objectContaining({ matched: person.fate !== 'unknown' }),
      ]);
    }
  });

  test('a wrong token is for the operator', async () => {
    const gateway = createCivilRegistry({ url: sandbox.url, token: 'wrong-token' });
    await expect(gateway.find(await sandbox.person(null))).rejects.toMatchObject({
      kind: 'misconfigured',
      retryable: true,
    });
  });
});

describe('faults', () => {
  test.each(['refuse', 'error-500', 'error-429', 'hang', 'drop-reply'])(
    '%s is no verdict; asked again, the registry answers',
    async (mode) => {
      await sandbox.fault('civil-registry', { mode, for: 1 });
      const person = await sandbox.person(null);
      await expect(ask(person)).rejects.toMatchObject({ kind: 'unavailable', retryable: true });
      expect(await ask(person)).toMatchObject({ matched: true });
    },
  );

  test('slow is waited for', async () => {
    await sandbox.fault('civil-registry', { mode: 'slow', delayMs: 50 });
    expect(await ask(await sandbox.person('dead'))).toMatchObject({ alive: false });
  });

  test('OTP-13: no malformed answer is a pass', async () => {
    const shapes = malformedAnswers('civil-registry').length;
    expect(shapes).toBeGreaterThanOrEqual(20);
    await sandbox.fault('civil-registry', { mode: 'malformed' });
    const person = await sandbox.person(null);
    for (let shape = 0; shape < shapes; shape += 1) {
      await expect(ask(person)).rejects.toMatchObject({ name: 'GatewayError', retryable: true });
    }
  });
});
