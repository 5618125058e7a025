import { describe, expect, test } from '@jest/globals';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { commandSender, type CommandSignal } from './protocol.ts';

const COMMAND = {
  ...{ id: '01990000-0000-7000-8000-000000000001', registrationId: '01990000-0000-7000-8000-000000000002' },
  ...{ number: 1, receivedAt: 0, governorate: '2001', governorateName: 'دامغان', electionId: 'e' },
  command: { kind: 'withdrawal' } satisfies CommandSignal['command'],
};
const never = new AbortController().signal;

function sending(failure: Error | undefined, signal: AbortSignal = never) {
  const client = {
    withAbortSignal: <Result>(_signal: AbortSignal, call: () => Promise<Result>) => call(),
    workflow: {
      signalWithStart: () => (failure === undefined ? Promise.resolve({}) : Promise.reject(failure)),
    },
  };
  return commandSender(client, { queueSuffix: '' }).send(COMMAND, signal);
}

/** As the engine's client throws it: its own error around that of gRPC. */
const grpc = (code: number) => new Error('Failed', { cause: Object.assign(new Error('grpc'), { code }) });

describe('what the sender makes of the engine’s answers', () => {
  test.each([
    ['sent', undefined],
    ['closed', new WorkflowExecutionAlreadyStartedError('ended', 'id', 'registration')],
    ['away', grpc(14)],
    ['away', grpc(4)],
    ['busy', grpc(8)],
  ] as const)('%s', async (answer, failure) => {
    expect(await sending(failure)).toBe(answer);
  });

  test('away, whatever it says, once nobody waits any more', async () => {
    expect(await sending(grpc(1), AbortSignal.abort())).toBe('away');
  });

  test('what is wrong with this command alone is thrown', async () => {
    await expect(sending(grpc(3))).rejects.toThrow('Failed');
  });
});
