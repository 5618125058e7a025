/** Finding a port on the loopback that nobody has taken. */
import { createServer } from 'node:net';

const TRIES = 200;

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The first free port from `wanted` on, none of `taken`; throws when two hundred in a row are taken. */
export async function freePort(
  wanted: number,
  taken: ReadonlySet<number>,
  host = '127.0.0.1',
): Promise<number> {
  for (let port = wanted; port < wanted + TRIES; port += 1) {
    if (!taken.has(port) && (await isFree(port, host))) return port;
  }
  throw new Error(`No free port from ${wanted} to ${wanted + TRIES - 1} on ${host}.`);
}

/** A port that the system picks; for tests, where nobody has to remember it. */
export function anyPort(host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host }, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
