/**
 * Internet addresses as numbers, so that each has one spelling and a network is a range. IPv4 stands in its place
 * within IPv6 (`::ffff:0:0/96`): an address that a dual-stack socket shows as IPv6 is the same one.
 */
import { isIP } from 'node:net';

const BITS = 128;
const V4_BITS = 32;
const V4_PLACE = 0xffffn << 32n;

function v4Value(text: string): bigint {
  return text.split('.').reduce((value, part) => (value << 8n) + BigInt(part), 0n);
}

function groups(text: string): bigint[] {
  return text === '' ? [] : text.split(':').map((group) => BigInt(`0x${group}`));
}

function v6Value(text: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/u.exec(text);
  const v4 = dotted?.[2] === undefined ? undefined : v4Value(dotted[2]);
  const plain =
    v4 === undefined ? text : `${dotted?.[1]}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  const [before = '', after] = plain.split('::');
  const head = groups(before);
  const tail = groups(after ?? '');
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => 0n);
  return [...head, ...zeros, ...tail].reduce((value, group) => (value << 16n) + group, 0n);
}

/** The number of an address, or undefined when the text is none. A zone (`%eth0`) means nothing outside its host. */
function addressValue(text: string): bigint | undefined {
  const bare = text.split('%')[0] ?? '';
  if (isIP(bare) === 4) return V4_PLACE + v4Value(bare);
  return isIP(bare) === 6 ? v6Value(bare) : undefined;
}

function isV4(value: bigint): boolean {
  return value >> 32n === 0xffffn;
}

function written(value: bigint): string {
  if (isV4(value)) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  const hex = value.toString(16).padStart(BITS / 4, '0');
  return new URL(`http://[${hex.match(/.{4}/gu)?.join(':')}]`).hostname.slice(1, -1);
}

/** The one spelling of an address: IPv4 in four numbers, also when it came as IPv6; undefined when it is none. */
export function normalizeAddress(text: string): string | undefined {
  const value = addressValue(text);
  return value === undefined ? undefined : written(value);
}

/** From its first address to its last one. */
export interface Network {
  readonly first: bigint;
  readonly last: bigint;
}

function networkAt(value: bigint, prefix: number): Network {
  const free = BigInt(BITS - prefix);
  const first = (value >> free) << free;
  return { first, last: first + (1n << free) - 1n };
}

/** A network written as an address or as `address/prefix`; undefined when it is neither. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', length, more] = text.split('/');
  const value = addressValue(address);
  if (value === undefined || more !== undefined) return undefined;
  const width = address.includes(':') ? BITS : V4_BITS;
  if (length === undefined) return networkAt(value, BITS);
  if (!/^\d{1,3}$/u.test(length) || Number(length) > width) return undefined;
  return networkAt(value, Number(length) + BITS - width);
}

interface NetworkWidth {
  /** Bits that make the network of an IPv4 address, of 32. */
  readonly v4: number;
  /** Of an IPv6 address, of 128. */
  readonly v6: number;
}

/** The network around an address as `address/prefix`; what is no address stays as it is. */
export function networkOf(address: string, { v4, v6 }: NetworkWidth): string {
  const value = addressValue(address);
  if (value === undefined) return address;
  const width = isV4(value) ? v4 : v6;
  const { first } = networkAt(value, isV4(value) ? width + BITS - V4_BITS : width);
  return `${written(first)}/${width}`;
}

export interface NetworkSet {
  has(address: string): boolean;
}

/** A set of networks that answers in the time of a binary search. */
export function networkSet(networks: readonly Network[]): NetworkSet {
  const merged: { first: bigint; last: bigint }[] = [];
  for (const { first, last } of networks.toSorted((a, b) => (a.first < b.first ? -1 : 1))) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before.last + 1n)
      before.last = last > before.last ? last : before.last;
    else merged.push({ first, last });
  }
  const has = (address: string): boolean => {
    const value = addressValue(address);
    if (value === undefined) return false;
    let low = 0;
    let high = merged.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((merged[middle]?.last ?? 0n) < value) low = middle + 1;
      else high = middle;
    }
    return (merged[low]?.first ?? value + 1n) <= value;
  };
  return { has };
}
