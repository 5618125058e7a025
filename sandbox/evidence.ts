/**
 * `GET /evidence.json`: what the outside world has seen and knows, for tests that hold the product against it. No
 * provider has such a thing; the product does not know that it is here.
 */
import { Router } from 'express';
import { CODES, masked } from './bank.ts';
import type { GivenFault } from './faults.ts';
import type { Card, Transaction, World } from './world.ts';

export function evidenceRoutes(world: World, given: () => readonly GivenFault[]): Router {
  const router = Router();
  router.get('/evidence.json', (_request, response) => {
    response.json({ faults: given(), registry: registryOf(world), bank: bankOf(world) });
  });
  return router;
}

/** Who owns which line, and who can be found in the civil registry. */
function registryOf({ lines, people }: World): object {
  return {
    lines: [...lines.values()].map(({ mobile, owner }) => ({ mobile, owner })),
    people: [...people.values()].map(({ nationalId, birthDate, fate }) => {
      return { nationalId, birthDate, known: fate !== 'unknown', alive: fate !== 'dead' };
    }),
  };
}

/** Every start and every entry, and for each transaction the card that it ended with. */
function bankOf({ transactions, cards, bankStarts, bankEntries }: World): object {
  const cardOf = ({ invoice, maskedCard }: Transaction): Pick<Card, 'holder' | 'mobile'> | null => {
    const entry = bankEntries.find((one) => one.invoice === invoice && masked(one.card) === maskedCard);
    const card = cards.get(entry?.card ?? '');
    return card === undefined ? null : { holder: card.holder, mobile: card.mobile };
  };
  return {
    starts: bankStarts,
    entries: bankEntries,
    transactions: [...transactions.values()].map((transaction) => {
      const { invoice, urlId, state } = transaction;
      const authenticated = state === CODES.holderAuthenticated;
      return { invoice, urlId, authenticated, card: cardOf(transaction) };
    }),
  };
}
