/** Writes a country table in MaxMind's format (version 2), small enough to be made by a test: no file of anybody's. */

type Node = [child: number | null, child: number | null];

const NODE_MAX = 2 ** 24;
const MARKER = Buffer.from([0xab, 0xcd, 0xef, ...Buffer.from('MaxMind.com')]);

const text = (value: string): Buffer => Buffer.from([0x40 | value.length, ...Buffer.from(value)]);
const map = (entries: readonly (readonly [string, Buffer])[]): Buffer =>
  Buffer.concat([
    Buffer.from([0xe0 | entries.length]),
    ...entries.flatMap(([key, value]) => [text(key), value]),
  ]);
const uint16 = (value: number): Buffer => Buffer.from([0xa2, value >> 8, value & 0xff]);
const uint32 = (value: number): Buffer =>
  Buffer.from([0xc4, value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff]);
const uint64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return Buffer.concat([Buffer.from([0x08, 0x02]), bytes]);
};

function bitsOf(address: string, prefix: number): number[] {
  const bytes = address.split('.').map(Number);
  return Array.from({ length: prefix }, (_, index) => ((bytes[index >> 3] ?? 0) >> (7 - (index & 7))) & 1);
}

/** IPv4 networks (`address/prefix`) with the country of each; `style` is how the country is named. */
export function countryTable(
  networks: Readonly<Record<string, string>>,
  { builtAt, style = 'nested' }: { builtAt: Date; style?: 'nested' | 'flat' },
): Buffer {
  const nodes: Node[] = [[null, null]];
  const leaves: { node: number; side: 0 | 1; offset: number }[] = [];
  const data: Buffer[] = [];
  let size = 0;
  for (const [network, country] of Object.entries(networks)) {
    const [address = '', prefix = '32'] = network.split('/');
    const bits = bitsOf(address, Number(prefix));
    let at = 0;
    for (const bit of bits.slice(0, -1)) {
      const node = nodes[at] as Node;
      node[bit] ??= nodes.push([null, null]) - 1;
      at = node[bit];
    }
    leaves.push({ node: at, side: (bits.at(-1) ?? 0) as 0 | 1, offset: size });
    const iso = text(country);
    const record =
      style === 'flat' ? map([['country_code', iso]]) : map([['country', map([['iso_code', iso]])]]);
    data.push(record);
    size += record.length;
  }
  const count = nodes.length;
  const value = (node: number, side: 0 | 1): number => {
    const leaf = leaves.find((one) => one.node === node && one.side === side);
    return leaf ? count + 16 + leaf.offset : (nodes[node]?.[side] ?? count);
  };
  const tree = Buffer.alloc(count * 6);
  for (let node = 0; node < count; node += 1) {
    for (const side of [0, 1] as const)
      tree.writeUIntBE(value(node, side) % NODE_MAX, node * 6 + side * 3, 3);
  }
  const metadata = map([
    ['binary_format_major_version', uint16(2)],
    ['binary_format_minor_version', uint16(0)],
    ['build_epoch', uint64(BigInt(Math.floor(builtAt.getTime() / 1000)))],
    ['database_type', text('Demo')],
    ['ip_version', uint16(4)],
    ['node_count', uint32(count)],
    ['record_size', uint16(24)],
  ]);
  return Buffer.concat([tree, Buffer.alloc(16), ...data, MARKER, metadata]);
}
