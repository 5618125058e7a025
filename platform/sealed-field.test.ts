import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createSealing } from './sealed-field.ts';

const sealingKey = randomBytes(32);
const fingerprintKey = randomBytes(32);
const sealing = createSealing({ sealingKey, fingerprintKey });
const place = { table: 'candidates', column: 'mobile_sealed', row: '1' };

describe('DAT-2: a sealed field', () => {
  test('opens where it was sealed, text or bytes', () => {
    expect(sealing.open(place, sealing.seal(place, 'داوطلب')).toString('utf8')).toBe('داوطلب');
    expect(sealing.open(place, sealing.seal(place, new Uint8Array([0, 255])))).toEqual(Buffer.from([0, 255]));
    expect(sealing.open(place, sealing.seal(place, ''))).toEqual(Buffer.alloc(0));
  });

  test('looks different each time and shows nothing of what it holds', () => {
    const sealed = sealing.seal(place, '+989121234567');
    expect(sealed.equals(sealing.seal(place, '+989121234567'))).toBe(false);
    expect(sealed.includes('912')).toBe(false);
  });

  test.each([
    ['table', { ...place, table: 'sms' }],
    ['column', { ...place, column: 'other' }],
    ['row', { ...place, row: '2' }],
  ])('does not open in another %s', (_name, other) => {
    expect(() => sealing.open(other, sealing.seal(place, 'x'))).toThrow();
  });

  test('does not open when any byte of it was changed, or when it was cut', () => {
    const sealed = sealing.seal(place, 'secret');
    for (let at = 0; at < sealed.length; at += 1) {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(() => sealing.open(place, altered)).toThrow();
      expect(() => sealing.open(place, sealed.subarray(0, at))).toThrow();
    }
  });

  test('DAT-3: opens with a former key after a rotation, not with a key that is gone', () => {
    const sealed = sealing.seal(place, 'x');
    const rotated = { sealingKey: randomBytes(32), fingerprintKey };
    const keeping = createSealing({ ...rotated, formerSealingKeys: [sealingKey] });
    expect(keeping.open(place, sealed).toString()).toBe('x');
    expect(() => createSealing(rotated).open(place, sealed)).toThrow();
  });

  test('takes keys of 32 bytes only', () => {
    expect(() => createSealing({ sealingKey: randomBytes(31), fingerprintKey })).toThrow('32 bytes');
  });
});

describe('DAT-2: a fingerprint', () => {
  test('is the same for the same value and purpose, and for nothing else', () => {
    const print = sealing.fingerprint('mobile', '1');
    expect(sealing.fingerprint('mobile', '1')).toEqual(print);
    const others = [
      sealing.fingerprint('card', '1'),
      sealing.fingerprint('mobile', '2'),
      createSealing({ sealingKey, fingerprintKey: randomBytes(32) }).fingerprint('mobile', '1'),
    ];
    for (const other of others) expect(other).not.toEqual(print);
  });
});
