/** NET-1: which address a request comes from, whatever its headers say. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import { createServer, request as ask, type IncomingMessage } from 'node:http';
import { clientAddress, neighbourhoodOf, placeOf, trustProxies } from '../../api/client-address.ts';

/** The address that a request from 127.0.0.1 with these headers counts as. */
async function seen(trusted: readonly string[], headers: Record<string, string>, host = '127.0.0.1') {
  const app = express();
  trustProxies(app, trusted);
  app.get('/', (request, response) => void response.send(clientAddress(request)));
  const server = createServer(app).listen(0, host === '127.0.0.1' ? host : '::');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sent = ask({ host, port, headers, agent: false }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const address = (await answer.toArray()).join('');
  server.close();
  return address;
}

const PROXY = ['127.0.0.1/32'];
const CHAIN = ['127.0.0.0/8', '10.0.0.0/8'];

describe('NET-1: the address of the client', () => {
  test.each([
    ['nobody is trusted', [], { 'x-forwarded-for': '6.6.6.6' }, '127.0.0.1'],
    ['another proxy is trusted', ['10.0.0.0/8'], { 'x-forwarded-for': '6.6.6.6' }, '127.0.0.1'],
    ['the proxy says who came', PROXY, { 'x-forwarded-for': '5.1.1.1' }, '5.1.1.1'],
    ['the client wrote one before', PROXY, { 'x-forwarded-for': '6.6.6.6, 5.1.1.1' }, '5.1.1.1'],
    ['two proxies', CHAIN, { 'x-forwarded-for': '6.6.6.6, 5.1.1.1, 10.1.1.1' }, '5.1.1.1'],
    ['one of the two is not ours', PROXY, { 'x-forwarded-for': '6.6.6.6, 5.1.1.1, 10.1.1.1' }, '10.1.1.1'],
    ['the client claims our network', CHAIN, { 'x-forwarded-for': '10.9.9.9, 5.1.1.1' }, '5.1.1.1'],
    ['an IPv4-mapped IPv6', PROXY, { 'x-forwarded-for': '::ffff:5.1.1.1' }, '5.1.1.1'],
    ['IPv6', PROXY, { 'x-forwarded-for': '2A01:5EC0:0::1' }, '2a01:5ec0::1'],
    // What our proxy writes and we cannot read is nobody's: the proxy's own address would always be inside.
    ['no address', PROXY, { 'x-forwarded-for': 'unknown' }, 'unknown'],
    ['a word behind an address', PROXY, { 'x-forwarded-for': '5.1.1.1, _hidden' }, 'unknown'],
    ['an address with a port', PROXY, { 'x-forwarded-for': '5.1.1.1:443' }, '5.1.1.1'],
    ['IPv6 with a port', PROXY, { 'x-forwarded-for': '[2a01:5ec0::1]:443' }, '2a01:5ec0::1'],
    ['IPv6 in brackets', PROXY, { 'x-forwarded-for': '[2a01:5ec0::1]' }, '2a01:5ec0::1'],
    ['a port that is none', PROXY, { 'x-forwarded-for': '5.1.1.1:x' }, 'unknown'],
    [
      'a proxy of ours with a port',
      CHAIN,
      { 'x-forwarded-for': '6.6.6.6, 5.1.1.1:1, 10.1.1.1:80' },
      '5.1.1.1',
    ],
    ['an empty header', PROXY, { 'x-forwarded-for': '' }, '127.0.0.1'],
    ['Forwarded', PROXY, { forwarded: 'for=6.6.6.6' }, '127.0.0.1'],
    ['X-Real-IP', PROXY, { 'x-real-ip': '6.6.6.6' }, '127.0.0.1'],
    ['True-Client-IP', PROXY, { 'true-client-ip': '6.6.6.6' }, '127.0.0.1'],
    ['CF-Connecting-IP', PROXY, { 'cf-connecting-ip': '6.6.6.6' }, '127.0.0.1'],
    ['X-Client-IP', PROXY, { 'x-client-ip': '6.6.6.6', 'x-cluster-client-ip': '6.6.6.6' }, '127.0.0.1'],
    ['no header', PROXY, {}, '127.0.0.1'],
  ] as const)('%s', async (_name, trusted, headers, expected) => {
    expect(await seen(trusted, { ...headers })).toBe(expected);
  });

  test('a dual-stack socket shows the proxy as IPv6, and it is the same proxy', async () => {
    expect(await seen([], {}, '::ffff:127.0.0.1')).toBe('127.0.0.1');
    expect(await seen(PROXY, { 'x-forwarded-for': '5.1.1.1' }, '::ffff:127.0.0.1')).toBe('5.1.1.1');
  });

  test('a household in IPv6 is one place, and its provider’s customers one neighbourhood', () => {
    expect(placeOf('2a01:5ec0:1:2:3::4')).toBe('2a01:5ec0:1:2::/64');
    expect(placeOf('5.1.1.1')).toBe('5.1.1.1/32');
    expect(neighbourhoodOf('5.1.1.1')).toBe('5.1.1.0/24');
    expect(neighbourhoodOf('2a01:5ec0:1:2:3::4')).toBe('2a01:5ec0:1::/48');
  });
});
