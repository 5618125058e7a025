/** What the outside world answered, and the facts that follow from it. */
import { isFinal } from './lifecycle.ts';
import type { PersonDelay } from './identity-reasons.ts';
import type { CardRefusal, Fact, LineRefusal, PersonRefusal, Registration } from './registration.ts';

type LineDelayed = Extract<Fact, { type: 'lineDelayed' }>;

/** What the outside world answered: the end of a piece of work that the workflow had under way. */
export type Finding =
  | { readonly kind: 'line'; readonly outcome: 'confirmed' | LineRefusal }
  | ({ readonly kind: 'line'; readonly outcome: 'delayed' } & Omit<LineDelayed, 'type'>)
  | { readonly kind: 'person'; readonly outcome: 'confirmed' | PersonRefusal }
  | { readonly kind: 'person'; readonly outcome: 'delayed'; readonly reason: PersonDelay }
  | { readonly kind: 'card'; readonly attemptId: string; readonly outcome: 'confirmed' | CardRefusal };

/**
 * The facts that a finding adds. A closed registration learns nothing more; a refusal of a card that the candidate
 * has since replaced is no news, but a confirmation proves the identity whichever attempt it belongs to.
 */
export function learn(registration: Registration, finding: Finding): readonly Fact[] {
  if (isFinal(registration.status)) return [];
  switch (finding.kind) {
    case 'line':
      if (registration.line.state !== 'pending') return [];
      if (finding.outcome === 'delayed') return learnOfDelay(registration, finding);
      return finding.outcome === 'confirmed'
        ? [{ type: 'lineConfirmed' }]
        : [{ type: 'lineRefused', reason: finding.outcome }];
    case 'person':
      if (registration.person.state !== 'pending') return [];
      if (finding.outcome === 'delayed') {
        const told = registration.person.delay === finding.reason;
        return told ? [] : [{ type: 'personDelayed', reason: finding.reason }];
      }
      return finding.outcome === 'confirmed'
        ? [{ type: 'personConfirmed' }]
        : [{ type: 'personRefused', reason: finding.outcome }];
    case 'card':
      return learnOfCard(registration, finding.attemptId, finding.outcome);
  }
}

/** The candidate is told once why it takes longer. */
function learnOfDelay(
  { line }: Registration,
  { reason, until, closed }: Omit<LineDelayed, 'type'>,
): readonly Fact[] {
  const told = line.state === 'pending' && line.delay === reason;
  return told ? [] : [{ type: 'lineDelayed', reason, until, closed }];
}

function learnOfCard(
  { card, way }: Registration,
  attemptId: string,
  outcome: 'confirmed' | CardRefusal,
): readonly Fact[] {
  // Proven already, by this card or in person: what a bank says after that is no news.
  if (way !== null) return [];
  if (outcome === 'confirmed') return [{ type: 'cardConfirmed', attemptId }];
  const current = card.state !== 'none' && card.attemptId === attemptId;
  return current ? [{ type: 'cardRefused', attemptId, reason: outcome }] : [];
}
