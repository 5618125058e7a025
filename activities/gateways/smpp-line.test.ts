/** The line to an SMS centre of bad manners: one that leaves questions unanswered, and one that keeps nobody. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import smpp, { type Pdu, type Server, type Session } from 'smpp';
import { anyPort } from '../../scripts/ports.ts';
import { NET_MS } from '../../test/support/patience.ts';
import { createSmpp, type Smpp, type SmppOptions } from './smpp.ts';
import type { Sms } from './sms.ts';

const NOTICE: Sms = {
  kind: 'notice',
  to: '+989060000001',
  text: 'ایراد دارد. «پیام‌ها» را ببینید.',
  reference: '01960000-0000-7000-8abc-01234567892b',
};

let server: Server | undefined;
let line: Smpp;
afterEach(() => {
  line.close();
  server?.close();
  server = undefined;
});

/** A centre that does with each request what `meet` does. Gives its port. */
async function listen(meet: (session: Session, pdu: Pdu) => void): Promise<number> {
  server = smpp.createServer((session) => {
    session.on('error', () => session.destroy());
    session.on('pdu', (pdu: Pdu) => meet(session, pdu));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function dial(port: number, changes: Partial<SmppOptions> = {}): Smpp {
  return createSmpp(
    {
      ...{ host: '127.0.0.1', port, tls: false, systemId: 'davtalab', password: 'p' },
      ...{ source: '2000500777', window: 4, perSecond: 1_000, timeoutMs: NET_MS },
      ...{ ids: { answers: 'decimal', receipts: 'decimal' }, reconnectMs: { first: 20, longest: 100 } },
      ...changes,
    },
    { note: () => {}, report: () => Promise.resolve(), late: () => {} },
  );
}

describe('WF-8: a centre that answers no questions', () => {
  test('has at most two of them at once, and takes SMS meanwhile on the same line', async () => {
    let binds = 0;
    let id = 0;
    let asked = 0;
    const port = await listen((session, pdu) => {
      if (pdu.command === 'query_sm') asked += 1;
      else session.send(pdu.response({ message_id: String((id += 1)) }));
      if (pdu.command === 'bind_transceiver') binds += 1;
    });
    line = dial(port, { timeoutMs: 400, linkMs: 20, linkAnswerMs: NET_MS, silenceMs: 100 });
    await line.send({ ...NOTICE, withinMs: NET_MS });
    const states = line.states(Array.from({ length: 50 }, (_, index) => String(index)));
    while (asked < 2) await delay(5);
    const sent = await Promise.all(Array.from({ length: 8 }, () => line.send(NOTICE)));
    expect(sent).toHaveLength(8);
    expect(await states).toEqual(Array.from({ length: 50 }, () => 'unknown'));
    expect(asked).toBe(2);
    await line.send(NOTICE);
    expect(binds).toBe(1);
  });

  test('is asked about the others when one answer is lost', async () => {
    const port = await listen((session, pdu) => {
      if (pdu.message_id !== '1') session.send(pdu.response({ message_state: 2 }));
    });
    line = dial(port, { timeoutMs: 300 });
    expect(await line.states(['1', '2', '3', '4'])).toEqual([
      'unknown',
      'delivered',
      'delivered',
      'delivered',
    ]);
  });
});

describe('WF-8: a centre that keeps nobody', () => {
  test('is dialled ever more seldom, although it lets us in each time', async () => {
    const binds: number[] = [];
    const port = await listen((session, pdu) => {
      binds.push(performance.now());
      session.send(pdu.response());
      setTimeout(() => session.destroy(), 1);
    });
    line = dial(port, { reconnectMs: { first: 10, longest: 10_000 } });
    while (binds.length < 7) await delay(10);
    // With pauses of 10 ms and more only: 60 ms; with growing ones at least half of 10 + 20 + … + 320.
    expect((binds[6] ?? 0) - (binds[0] ?? 0)).toBeGreaterThanOrEqual(315);
  });

  test('is waited for a second, and then not at all', async () => {
    line = dial(await anyPort());
    const refused = { kind: 'unavailable', retryable: true };
    await expect(line.send(NOTICE)).rejects.toMatchObject(refused);
    const begun = performance.now();
    for (let time = 0; time < 20; time += 1) {
      await expect(line.send(NOTICE)).rejects.toMatchObject(refused);
    }
    // Twenty waits of a second would be twenty seconds.
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
