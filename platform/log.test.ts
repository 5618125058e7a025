import { describe, expect, test } from '@jest/globals';
import { createLogger } from './log.ts';

function written(log: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  const lines: string[] = [];
  log(createLogger('test', { destination: { write: (line) => lines.push(line) } }));
  return JSON.parse(lines.join('')) as Record<string, unknown>;
}

describe('DAT-4: the log', () => {
  test('drops fields that are not on its list, at any depth', () => {
    const line = written((log) =>
      log.info({ commandId: 'c', mobile: '+989121234567', answers: { a: 1 }, status: { deep: 1 } }, 'm'),
    );
    expect(line).toMatchObject({ name: 'test', level: 'info', commandId: 'c', msg: 'm' });
    for (const field of ['mobile', 'answers']) expect(line).not.toHaveProperty(field);
    expect(JSON.stringify(line)).not.toContain('deep');
  });

  test('blots numbers of people out of addresses', () => {
    expect(written((log) => log.info({ url: '/inbox/09121234567' }, 'm'))['url']).toBe('/inbox/…');
  });

  test('tells of an error its type, code and place, and of its message what nobody typed', () => {
    const cause = Object.assign(new TypeError('inner 0012345678'), { code: 'E1' });
    const error = new Error('duplicate key "mobile" for علی with 09121234567', { cause });
    const { err } = written((log) => log.error({ err: error }, 'm')) as { err: Record<string, unknown> };
    expect(err).toMatchObject({ type: 'Error', cause: { type: 'TypeError', code: 'E1' } });
    expect(err['message']).toBe('duplicate key … for … with …');
    expect(String(err['stack'])).toContain('log.test');
    expect(JSON.stringify(err)).not.toMatch(/0912|علی|0012345678/u);
  });
});
