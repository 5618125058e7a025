/**
 * From which address a request comes (NET-1). Express walks `X-Forwarded-For` from our end and stops at the first
 * address that is not a configured proxy's, so what a client writes there itself is never believed; of a direct
 * connection the header means nothing. No other header is read.
 */
import type { Express, Request } from 'express';
import { networkOf, networkSet, normalizeAddress, parseNetwork } from '../platform/address.ts';

const WITH_PORT = /^(?:\[(?<v6>[^\]]+)\](?::\d{1,5})?|(?<v4>[\d.]+):\d{1,5})$/u;

/** An entry of the header in one spelling; some proxies write the port of the client too. Undefined for anything else. */
function addressOf(entry: string): string | undefined {
  const parts = WITH_PORT.exec(entry)?.groups;
  return normalizeAddress(parts?.['v6'] ?? parts?.['v4'] ?? entry);
}

/** Believes the header of these networks and of nobody else; `TRUSTED_PROXIES`, which takes nothing but networks. */
export function trustProxies(app: Express, networks: readonly string[]): void {
  const ours = networkSet(networks.flatMap((text) => parseNetwork(text) ?? []));
  app.set('trust proxy', (entry: string) => ours.has(addressOf(entry) ?? ''));
}

/** In one spelling. What a proxy of ours wrote and is no address is `unknown`: its own would always be inside (NET-2). */
export function clientAddress(request: Request): string {
  return addressOf(request.ip ?? '') ?? 'unknown';
}

/** What counts as one place: an IPv4 address, or the network that one household gets in IPv6. */
export function placeOf(address: string): string {
  return networkOf(address, { v4: 32, v6: 64 });
}

/** What counts as one neighbourhood. */
export function neighbourhoodOf(address: string): string {
  return networkOf(address, { v4: 24, v6: 48 });
}
