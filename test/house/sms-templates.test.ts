/** A code says the same whoever sends it: what the operator registers at Kavenegar, and what we hand to an SMS centre. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CodePurpose } from '../../activities/gateways/sms.ts';
import { CODE_TEMPLATES } from '../../activities/gateways/kavenegar.ts';
import { smsParts, smsText, withWebOtp } from '../../domain/sms-text.ts';
import { startSandbox, type RunningSandbox } from '../support/sandbox.ts';

const PAGE = fileURLToPath(new URL('../../docs/operations.md', import.meta.url));
const PURPOSES = Object.keys(CODE_TEMPLATES) as CodePurpose[];
/** As long as a code, so that the text has the length with which it is sent. */
const TOKEN = '%token';
const SINGLE_UNITS = 70;
const ORDINARY_HOST = 'davtalab.moi.ir';

const textOf = (purpose: CodePurpose, code: string): string =>
  smsText({ template: `code-${purpose}`, parameters: { code } });

function rowOf(purpose: CodePurpose): string[] {
  const text = textOf(purpose, TOKEN);
  const room = SINGLE_UNITS - text.length - `\n@ #${TOKEN}`.length;
  expect(withWebOtp(text, { host: 'h'.repeat(room), code: TOKEN })).not.toBe(text);
  expect(withWebOtp(text, { host: 'h'.repeat(room + 1), code: TOKEN })).toBe(text);
  const shown = text.replaceAll('\n', '<br>');
  return [`\`${CODE_TEMPLATES[purpose]}\``, shown, ...[text.length, smsParts(text), room].map(String)];
}

describe('WF-8: the templates of codes', () => {
  let sandbox: RunningSandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.stop());

  test('stand in docs/operations.md as an operator has to register them', () => {
    const rows = [...readFileSync(PAGE, 'utf8').matchAll(/^\|(.*%token.*)\|$/gmu)].map(([, cells = '']) =>
      cells.split('|').map((cell) => cell.trim()),
    );
    expect(rows).toEqual(PURPOSES.map(rowOf));
  });

  test.each(PURPOSES)(
    'of %s have room for the line of browsers with a host of ordinary length',
    (purpose) => {
      const whole = withWebOtp(textOf(purpose, TOKEN), { host: ORDINARY_HOST, code: TOKEN });
      expect(whole).toContain(`\n@${ORDINARY_HOST} #${TOKEN}`);
      expect(smsParts(whole)).toBe(1);
    },
  );

  test.each(PURPOSES)('of %s give the words that the SMS centre is handed', async (purpose) => {
    const own = { kind: 'code', code: '482913', purpose, expiresAt: Date.now() + 120_000 } as const;
    const text = textOf(purpose, own.code);
    const addressed = { to: '+989060000001', reference: '01960000-0000-7000-8abc-0123456789ab', text };
    await sandbox.gateways.sms.send({ ...addressed, ...own });
    expect((await sandbox.inbox('09060000001')).at(-1)?.text).toBe(text);
  });
});
