import { describe, expect, test } from '@jest/globals';
import { brokenFiles, joinItems, unknownIds, type JestReport } from './join.ts';
import { linesOf } from './lines.ts';
import { REMAINS } from './remains.ts';
import { REQUIREMENTS } from './requirements.ts';

const COUNTS = { OTP: 13, SES: 6, API: 12, UPL: 10, ADM: 11, WF: 12, DAT: 8, DL: 5, NET: 3 };

function reportOf(tests: readonly (readonly [fullName: string, status: string])[]): JestReport {
  const assertionResults = tests.map(([fullName, status]) => ({ fullName, status }));
  return { testResults: [{ name: '/a/test.ts', status: 'passed', assertionResults }] };
}

const ALL = { requirements: REQUIREMENTS, remains: {} };

const stateOf = (id: string, report: JestReport) =>
  joinItems(ALL, report).find((item) => item.id === id)?.state;

describe('the items', () => {
  test('are eighty, each once, in the areas that the requirements have', () => {
    const ids = REQUIREMENTS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(80);
    for (const [prefix, count] of Object.entries(COUNTS)) {
      expect(ids.filter((id) => id.startsWith(`${prefix}-`))).toEqual(
        Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`),
      );
    }
    expect(new Set(REQUIREMENTS.map(({ title }) => title)).size).toBe(80);
  });

  test('are open without a test', () => {
    expect(joinItems(ALL, reportOf([])).every(({ state }) => state === 'open')).toBe(true);
  });

  test('have passed when all of their tests have, and failed when one has not or was left out', () => {
    const report = reportOf([
      ['codes OTP-4: one of fifty', 'passed'],
      ['OTP-4, API-5: the same key', 'passed'],
      ['API-5: another key', 'failed'],
      ['SES-1: the clock', 'pending'],
    ]);
    expect(['OTP-4', 'API-5', 'SES-1', 'SES-2'].map((id) => stateOf(id, report))).toEqual([
      'passed',
      'failed',
      'failed',
      'open',
    ]);
  });

  test('are told apart when one id begins like another, and counted once for a name that has it twice', () => {
    const report = reportOf([['OTP-1: of the group OTP-1', 'passed'], ['OTP-12: cards', 'failed']]); // prettier-ignore
    expect([stateOf('OTP-1', report), stateOf('OTP-12', report)]).toEqual(['passed', 'failed']);
    expect(joinItems(ALL, report).find(({ id }) => id === 'OTP-1')?.proofs).toHaveLength(1);
  });

  test('are shown in part when it is known what their tests leave out', () => {
    const report = reportOf([['WF-9: replay', 'passed'], ['WF-12: short', 'failed']]); // prettier-ignore
    const remains = { 'WF-9': 'past releases', 'WF-12': 'long', 'WF-10': 'all of it' };
    const states = joinItems({ requirements: REQUIREMENTS, remains }, report);
    const of = (id: string) => states.find((item) => item.id === id)?.state;
    expect(['WF-9', 'WF-12', 'WF-10'].map(of)).toEqual(['part', 'failed', 'open']);
    const known = new Set(REQUIREMENTS.map(({ id }) => id));
    expect(Object.keys(REMAINS).filter((id) => !known.has(id))).toEqual([]);
  });

  test('are printed with a few tests of each file, and with all that failed', () => {
    const many = Array.from({ length: 40 }, (_, index) => [`API-2: cell ${index}`, index === 30 ? 'failed' : 'passed'] as const); // prettier-ignore
    const [item] = joinItems(ALL, reportOf(many)).filter(({ id }) => id === 'API-2');
    const lines = item === undefined ? [] : linesOf(item, () => 'file');
    expect(lines[0]).toMatch(/^API-2\s+FAILED {2}who may do what/u);
    expect(lines.filter((line) => line.includes('✗'))).toEqual([expect.stringContaining('cell 30')]);
    expect(lines).toHaveLength(8);
    expect(lines.at(-1)).toContain('and 34 more');
  });

  test('misspelt ids and files that could not run are told', () => {
    const broken = { name: '/b.test.ts', status: 'failed', message: 'x', assertionResults: [] };
    const report = reportOf([['OTP-99: nothing', 'passed']]);
    expect(unknownIds(REQUIREMENTS, report)).toEqual(['OTP-99']);
    expect(brokenFiles({ testResults: [...report.testResults, broken] })).toEqual(['/b.test.ts']);
  });
});
