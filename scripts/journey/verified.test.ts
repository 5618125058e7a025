import { describe, expect, test } from '@jest/globals';
import type { Evidence } from './evidence.ts';
import { wronglyVerified } from './verified.ts';

const CLAIM = {
  registrationId: 'r',
  nationalId: '0012345679',
  mobile: '09120000001',
  birthDate: '1980-01-01',
};
const OTHER = { nationalId: '0087654321', mobile: '09120000002' };
const ATTEMPT = '01990000-0000-7000-8000-000000000001';
const PERSON = { nationalId: CLAIM.nationalId, birthDate: CLAIM.birthDate, known: true, alive: true };
const PAGE = {
  ...{ invoice: ATTEMPT, urlId: 'page', authenticated: true },
  card: { holder: CLAIM.nationalId, mobile: CLAIM.mobile },
};

interface Outside {
  readonly owner?: string;
  readonly person?: Partial<typeof PERSON>;
  readonly page?: Partial<Evidence['bank']['transactions'][number]>;
}

function outside({ owner = CLAIM.nationalId, person = {}, page = {} }: Outside = {}): Evidence {
  return {
    faults: [],
    registry: { lines: [{ mobile: CLAIM.mobile, owner }], people: [{ ...PERSON, ...person }] },
    bank: { starts: [], entries: [], transactions: [{ ...PAGE, ...page }] },
  };
}

const PROVEN = ['lineConfirmed', 'personConfirmed', 'cardConfirmed', 'submitted'];

interface Case {
  readonly types?: readonly string[];
  readonly evidence?: Evidence;
  readonly witnessed?: readonly string[];
}

function judge({ types = PROVEN, evidence = outside(), witnessed = [] }: Case = {}) {
  const rows = types.map((type) => {
    return { registration_id: 'r', type, attempt: type === 'cardConfirmed' ? ATTEMPT : null };
  });
  return wronglyVerified(<Row>() => Promise.resolve(rows as Row[]), { claims: [CLAIM], witnessed }, evidence);
}

describe('wrongly verified', () => {
  test('is nobody whose line, person and card are their own', async () => {
    expect(await judge()).toEqual([]);
    expect(await judge({ types: ['lineConfirmed'] })).toEqual([]);
  });

  const wrong: readonly (readonly [string, Case])[] = [
    ['a line of somebody else', { evidence: outside({ owner: OTHER.nationalId }) }],
    ['the dead', { evidence: outside({ person: { alive: false } }) }],
    ['a person whom the registry does not know', { evidence: outside({ person: { known: false } }) }],
    ['another birth date', { evidence: outside({ person: { birthDate: '1980-01-02' } }) }],
    [
      'a card of somebody else',
      { evidence: outside({ page: { card: { ...PAGE.card, holder: OTHER.nationalId } } }) },
    ],
    [
      'a card with another line',
      { evidence: outside({ page: { card: { ...PAGE.card, mobile: OTHER.mobile } } }) },
    ],
    ['a card that the bank refused', { evidence: outside({ page: { authenticated: false } }) }],
    ['a card of another transaction', { evidence: outside({ page: { invoice: 'another' } }) }],
    ['a card that nobody paid with', { evidence: outside({ page: { card: null } }) }],
    ['a submission without a card', { types: PROVEN.filter((type) => type !== 'cardConfirmed') }],
    ['a submission without the line', { types: PROVEN.filter((type) => type !== 'lineConfirmed') }],
    ['somebody whom nobody saw', { types: [...PROVEN, 'identityProven'] }],
  ];

  test.each(wrong)('is %s', async (_, planted) => {
    expect(await judge(planted)).toMatchObject([{ registrationId: 'r' }]);
  });

  test('is nobody whom two members of staff saw in place of the card', async () => {
    const types = ['lineConfirmed', 'personConfirmed', 'identityProven', 'submitted'];
    expect(await judge({ types, witnessed: ['r'] })).toEqual([]);
  });
});
