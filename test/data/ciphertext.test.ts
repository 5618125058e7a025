/** The look at raw histories itself: each thing that must not be in clear is planted once. */
import { describe, expect, test } from '@jest/globals';
import { inClear } from './ciphertext.ts';

const ID = '01980000-0000-7000-8000-000000000000';
const bytes = (text: string): Buffer => Buffer.from(text);
const payload = (encoding: string, data: string) => ({
  metadata: { encoding: bytes(encoding) },
  data: bytes(data),
});
const sealed = payload('binary/encrypted', 'whatever');

const run = ({ workflowId = `registration-${ID}`, event = {}, listed = {} }) =>
  inClear({ workflowId, history: { events: [event] }, listed }).map((line) => line.split(': ')[1]);

describe('DAT-1: what a raw history shows in clear', () => {
  test('DAT-1: ciphertext, our ids and our attributes pass', () => {
    const event = {
      signal: { input: { payloads: [sealed] } },
      userMetadata: { summary: sealed },
      scheduled: { activityId: '12' },
      failed: { failure: { message: 'Encoded failure', stackTrace: '', source: 'TypeScriptSDK', encodedAttributes: sealed } },
      searchAttributes: {
        indexedFields: { RegistrationStatus: payload('json/plain', '"under-review"'), Round: payload('json/plain', '2') },
      },
    }; // prettier-ignore
    expect(run({ event })).toEqual([]);
  });

  const failure = { source: 'TypeScriptSDK', encodedAttributes: null, message: 'no SMS to 09121234567', stackTrace: 'at x' }; // prettier-ignore
  const attribute = (name: string, value: string) => ({ searchAttributes: { indexedFields: { [name]: payload('json/plain', value) } } }); // prettier-ignore

  test.each([
    ['a payload', { event: { input: { payloads: [payload('json/plain', '{"mobile":"0912"}')] } } }, ['a payload in json/plain']],
    ['a payload that only looks like a note', { event: { details: payload('json/plain', '{"seq":1,"mobile":"x"}') } }, ['a payload in json/plain']],
    ['a number', { event: { details: payload('json/plain', '912') } }, ['a payload in json/plain']],
    ['a summary', { event: { userMetadata: { summary: payload('json/plain', '"رضا"') } } }, ['a payload in json/plain']],
    ['a failure', { event: { failed: { failure } } }, ['a failure without encoded attributes', 'the message of a failure', 'the stack of a failure']],
    ['the cause of a failure', { event: { failure: { ...failure, encodedAttributes: sealed, message: 'Encoded failure', stackTrace: '', cause: { ...failure, stackTrace: '' } } } }, ['a failure without encoded attributes', 'the message of a failure']],
    ['the id of an activity', { event: { scheduled: { activityId: 'send-0912' } } }, ['the id of an activity']],
    ['a memo', { listed: { memo: { fields: { who: sealed } } } }, ['a memo']],
    ['an attribute of another name', { listed: attribute('Mobile', '"0912"') }, ['the search attribute Mobile']],
    ['an attribute of another kind', { listed: attribute('ElectionId', '"رضا"') }, ['the search attribute ElectionId']],
    ['the id of a workflow', { workflowId: 'registration-0499370899' }, ['the id of a workflow']],
  ])('DAT-1: %s is seen', (_name, planted, seen) => {
    expect(run(planted)).toEqual(seen);
  }); // prettier-ignore
});
