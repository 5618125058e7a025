import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KEEP_ALIVE_MS } from '../../platform/keep-alive.ts';
import { knock, newPatience } from './door.ts';

let server: Server;
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe('a careful client', () => {
  test('sends the same request again, with its key, when the answer is lost on the way', async () => {
    const keys: unknown[] = [];
    const url = await serve((request, response) => {
      keys.push(request.headers['idempotency-key']);
      if (keys.length === 1) request.socket.destroy();
      else response.end('done');
    });
    const patience = newPatience();
    const reply = await knock(
      { method: 'POST', url, headers: { 'idempotency-key': 'k1' }, body: '{}' },
      patience,
    );
    expect(reply).toMatchObject({ status: 200, body: 'done', attempts: 2 });
    expect(keys).toEqual(['k1', 'k1']);
    expect(patience).toMatchObject({ networkErrors: 1, waits: 0 });
  });

  test.each([429, 503])(
    'comes back after a %i when its time is over, and tells the waiting apart',
    async (status) => {
      const times: number[] = [];
      const url = await serve((_, response) => {
        times.push(performance.now());
        if (times.length === 1) response.writeHead(status, { 'retry-after': '1' }).end();
        else response.end('done');
      });
      const patience = newPatience();
      expect(await knock({ method: 'GET', url }, patience)).toMatchObject({ status: 200, attempts: 2 });
      expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(990);
      expect(patience).toMatchObject({ waits: 1, waitedMs: 1000 });
    },
  );

  test('takes an answer that the same request would meet again', async () => {
    const url = await serve((_, response) => {
      const headers = { 'retry-after': '60', 'content-type': 'application/problem+json' };
      response.writeHead(503, headers).end(JSON.stringify({ code: 'bank-unavailable' }));
    });
    expect(await knock({ method: 'POST', url }, newPatience())).toMatchObject({ status: 503, attempts: 1 });
  });
});
