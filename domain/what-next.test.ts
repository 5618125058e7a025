import { describe, expect, test } from '@jest/globals';
import { HISTORIES, NOW, OPENED, PROVEN, SUBMITTED } from '../test/support/registration-samples.ts';
import { foldAll, type Confirmation, type Fact } from './registration.ts';
import { whatNext, type Announcement } from './what-next.ts';

const submitted = (confirmation: Confirmation): Fact => ({
  ...{ type: 'submitted', revision: 2, contentHash: 'h2', confirmation, at: NOW },
});
const RESUBMITTED = submitted('given');

describe('what a fact causes', () => {
  test.each<[string, readonly Fact[], Announcement]>([
    ['an opening', [OPENED], {}],
    ['a line, the card still open', [OPENED, { type: 'lineConfirmed' }], {}],
    [
      'a line of somebody else',
      [OPENED, { type: 'lineRefused', reason: 'line-not-own' }],
      { message: 'line-refused', sms: 'identity-refused' },
    ],
    [
      'an unknown person',
      [OPENED, { type: 'personRefused', reason: 'person-not-found' }],
      { message: 'person-refused', sms: 'identity-refused' },
    ],
    [
      'a registry of lines that is closed for the night',
      [
        OPENED,
        { type: 'lineDelayed', reason: 'line-hours', until: NOW, closed: { from: '23:00', to: '07:00' } },
      ],
      { message: 'line-closed' },
    ],
    [
      'a registry of lines that does not answer',
      [OPENED, { type: 'lineDelayed', reason: 'line-no-answer', until: null, closed: null }],
      { message: 'line-delayed' },
    ],
    [
      'its answer in the morning, the card still open',
      [
        OPENED,
        { type: 'lineDelayed', reason: 'line-hours', until: NOW, closed: null },
        { type: 'lineConfirmed' },
      ],
      { message: 'line-confirmed', sms: 'line-confirmed' },
    ],
    [
      'a civil registry that does not answer',
      [OPENED, { type: 'personDelayed', reason: 'registry-no-answer' }],
      { message: 'person-delayed' },
    ],
    [
      'its answer, the card still open',
      [OPENED, { type: 'personDelayed', reason: 'registry-no-answer' }, { type: 'personConfirmed' }],
      { message: 'person-confirmed' },
    ],
    [
      'a line that was not answered for a while, the card still open',
      [
        OPENED,
        { type: 'lineDelayed', reason: 'line-no-answer', until: null, closed: null },
        { type: 'lineConfirmed' },
      ],
      { message: 'line-confirmed' },
    ],
    ['the start at the bank', PROVEN.slice(0, 4), {}],
    ['the return from the bank', PROVEN.slice(0, 5), {}],
    ['the last of the checks when it is the card', PROVEN, { message: 'identity-confirmed' }],
    [
      'the last of the checks when it is the line',
      [
        OPENED,
        { type: 'personConfirmed' },
        { type: 'cardConfirmed', attemptId: 'a1' },
        { type: 'lineConfirmed' },
      ],
      { message: 'identity-confirmed', sms: 'identity-confirmed' },
    ],
    [
      'a refused card',
      [...PROVEN.slice(0, 5), { type: 'cardRefused', attemptId: 'a1', reason: 'wrong-entry' }],
      { message: 'card-refused' },
    ],
    ['a submission', SUBMITTED, { message: 'submitted', sms: 'submitted' }],
    ['a return', HISTORIES['awaiting-corrections'], { message: 'defects', sms: 'defects' }],
    [
      'a corrected submission',
      [...HISTORIES['awaiting-corrections'], RESUBMITTED],
      { message: 'resubmitted', sms: 'resubmitted' },
    ],
    // The first submission that counts may be a later revision: an earlier one can have been refused.
    [
      'a first submission of revision 2',
      [...PROVEN, RESUBMITTED],
      { message: 'submitted', sms: 'submitted' },
    ],
    [
      'a submission that waits for its code',
      [...PROVEN, submitted('awaited')],
      { message: 'submitted-unconfirmed', sms: 'submitted-unconfirmed' },
    ],
    [
      'the code of such a submission',
      [...PROVEN, submitted('awaited'), { type: 'submissionConfirmed', revision: 2 }],
      { message: 'submission-confirmed' },
    ],
    ['an approval', HISTORIES.approved, { message: 'approved', sms: 'approved' }],
    ['a rejection', HISTORIES.rejected, { message: 'rejected', sms: 'rejected' }],
    ['a withdrawal', HISTORIES.withdrawn, { message: 'withdrawn', sms: 'withdrawn' }],
    ['a moved window', [...PROVEN, { type: 'windowChanged', closesAt: NOW }], { message: 'window-changed' }],
    [
      'a moved window while the governorate reviews',
      [...SUBMITTED, { type: 'windowChanged', closesAt: NOW }],
      {},
    ],
    ['the end of the window', HISTORIES.expired, { message: 'expired', sms: 'expired' }],
    [
      'the end of the time for corrections',
      [...HISTORIES['awaiting-corrections'], { type: 'expired' }],
      { message: 'corrections-expired', sms: 'corrections-expired' },
    ],
  ])('%s', (_what, facts, announcement) => {
    const last = facts.at(-1);
    if (last === undefined) throw new Error('A case needs facts');
    expect(whatNext(last, foldAll(facts.slice(0, -1)))).toEqual(announcement);
  });
});
