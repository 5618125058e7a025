import { describe, expect, test } from '@jest/globals';
import { networkOf, networkSet, normalizeAddress, parseNetwork } from './address.ts';

describe('an address', () => {
  test.each([
    ['5.1.1.1', '5.1.1.1'],
    ['::ffff:5.1.1.1', '5.1.1.1'],
    ['::FFFF:0501:0101', '5.1.1.1'],
    ['0:0:0:0:0:ffff:5.1.1.1', '5.1.1.1'],
    ['2A01:5EC0:0:0:0:0:0:1', '2a01:5ec0::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::', '::'],
    ['::1', '::1'],
  ])('%s is %s', (text, expected) => {
    expect(normalizeAddress(text)).toBe(expected);
  });

  test.each(['', 'unknown', '5.1.1', '5.1.1.256', '5.1.1.1:80', '[::1]', '_hidden', '5.1.1.1 ', 'localhost'])(
    '%j is none',
    (text) => {
      expect(normalizeAddress(text)).toBeUndefined();
    },
  );

  test.each([
    ['5.1.1.77', '5.1.1.0/24'],
    ['::ffff:5.1.1.77', '5.1.1.0/24'],
    ['2a01:5ec0:1:2:3::4', '2a01:5ec0:1::/48'],
    ['unknown', 'unknown'],
  ])('%s lies in %s', (address, network) => {
    expect(networkOf(address, { v4: 24, v6: 48 })).toBe(network);
  });
});

describe('a set of networks', () => {
  const set = networkSet(
    ['5.1.0.0/16', '10.0.0.7', '192.168.0.0/25', '192.168.0.128/25', '2a01:5ec0::/32', '5.1.7.0/24'].map(
      (text) => parseNetwork(text) ?? { first: 1n, last: 0n },
    ),
  );

  test.each([
    ['5.1.255.255', true],
    ['5.2.0.0', false],
    ['5.0.255.255', false],
    ['::ffff:5.1.2.3', true],
    ['10.0.0.7', true],
    ['10.0.0.6', false],
    ['10.0.0.8', false],
    ['192.168.0.200', true],
    ['2a01:5ec0:ffff::1', true],
    ['2a01:5ec1::', false],
    ['::5.1.2.3', false],
    ['none', false],
  ])('has %s: %s', (address, has) => {
    expect(set.has(address)).toBe(has);
  });

  test.each(['5.1.0.0/33', '5.1.0.0/', '::/129', '5.1.0.0/8/8', 'true', '1', 'loopback', '5.1.0.0/-1'])(
    '%s is no network',
    (text) => {
      expect(parseNetwork(text)).toBeUndefined();
    },
  );

  test('of nothing has nothing', () => {
    expect(networkSet([]).has('5.1.1.1')).toBe(false);
  });
});
