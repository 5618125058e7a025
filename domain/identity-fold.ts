/** How the line, the civil registry and the proofs of the identity move a registration. */
import type { Fact } from './facts.ts';
import type { Registration } from './registration-state.ts';

type IdentityFact = Extract<
  Fact,
  {
    readonly type:
      | 'lineConfirmed'
      | 'lineRefused'
      | 'lineDelayed'
      | 'mobileChanged'
      | 'personConfirmed'
      | 'personRefused'
      | 'personDelayed'
      | 'cardStarted'
      | 'cardReturned'
      | 'cardConfirmed'
      | 'cardRefused'
      | 'identityProven';
  }
>;

/**
 * A line of their own; or one that nobody can say anything about yet, when a former one was their own: whoever changes
 * the number loses nothing by the silence of a registry.
 */
function standsOnLine({ line, counted }: Registration): boolean {
  return line.state === 'confirmed' || (counted && line.state === 'pending' && line.delay !== undefined);
}

/** The line, the civil registry and a proof of the identity; only with all three the questionnaire can be sent. */
function afterIdentity(registration: Registration): Registration {
  const proven =
    standsOnLine(registration) && registration.person.state === 'confirmed' && registration.way !== null;
  return proven && registration.status === 'awaiting-verification'
    ? { ...registration, status: 'awaiting-submission' }
    : registration;
}

/** Nothing is sent on a line that is not known to be the candidate's; what was sent before stays as it is. */
function backToIdentity(registration: Registration): Registration {
  return registration.status === 'awaiting-submission'
    ? { ...registration, status: 'awaiting-verification' }
    : registration;
}

/** The state after one more fact about the identity; its sequence is counted by the caller. */
export function applyToIdentity(registration: Registration, fact: IdentityFact): Registration {
  switch (fact.type) {
    case 'lineConfirmed':
      return afterIdentity({ ...registration, line: { state: 'confirmed' }, counted: true });
    case 'lineRefused':
      return backToIdentity({ ...registration, line: { state: 'refused', reason: fact.reason } });
    case 'lineDelayed':
      return afterIdentity({ ...registration, line: { state: 'pending', delay: fact.reason } });
    case 'mobileChanged':
      return backToIdentity({
        ...registration,
        line: { state: 'pending' },
        mobileChanges: registration.mobileChanges + 1,
      });
    case 'personConfirmed':
      return afterIdentity({ ...registration, person: { state: 'confirmed' } });
    case 'personRefused':
      return { ...registration, person: { state: 'refused', reason: fact.reason } };
    case 'personDelayed':
      return { ...registration, person: { state: 'pending', delay: fact.reason } };
    case 'cardStarted':
      return { ...registration, card: { state: 'started', attemptId: fact.attemptId } };
    case 'cardReturned':
      return { ...registration, card: { state: 'pending', attemptId: fact.attemptId } };
    case 'cardConfirmed':
      return afterIdentity({
        ...registration,
        card: { state: 'confirmed', attemptId: fact.attemptId },
        way: registration.way ?? 'card',
      });
    case 'cardRefused':
      return {
        ...registration,
        card: { state: 'refused', attemptId: fact.attemptId, reason: fact.reason },
      };
    case 'identityProven':
      return afterIdentity({ ...registration, way: fact.way });
  }
}
