/** The line with TLS: it speaks to the centre whose certificate it trusts, and says nothing to another. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import smpp, { type Pdu, type Server } from 'smpp';
import { NET_MS } from '../../test/support/patience.ts';
import { createSmpp, type Smpp } from './smpp.ts';
import type { Sms } from './sms.ts';

const NOTICE: Sms = {
  ...{ kind: 'notice', to: '+989060000001', text: 'متن' },
  ...{ reference: '01960000-0000-7000-8abc-0123456789ab', withinMs: 400 },
};

/** A certificate for localhost that signs itself; undefined where there is no openssl. */
function certificate(): { readonly key: string; readonly cert: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'smpp-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  try {
    execFileSync('openssl', [...made, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const own = certificate();
const check = own === undefined ? test.skip : test;
if (own === undefined) {
  test('LEFT OUT HERE: the SMPP line was not tried with TLS, because there is no openssl', () => {
    expect(own).toBeUndefined();
  });
}

let centre: Server;
const heard: string[] = [];
beforeAll(async () => {
  if (own === undefined) return;
  centre = smpp.createServer(own, (session) => {
    session.on('error', () => session.destroy());
    session.on('pdu', (pdu: Pdu) => {
      heard.push(pdu.command);
      if (!pdu.isResponse()) session.send(pdu.response({ message_id: '7' }));
    });
  });
  centre.on('tlsClientError', () => {});
  centre.listen(0, '127.0.0.1');
  await once(centre, 'listening');
});
afterAll(() => void centre?.close());

function dial(ca: string | undefined): Smpp {
  const { port } = centre.address() as AddressInfo;
  return createSmpp(
    {
      ...{ host: 'localhost', port, tls: true, ca, systemId: 'davtalab', password: 'secret', source: '2000' },
      ...{ window: 1, perSecond: 10, ids: { answers: 'text', receipts: 'text' } },
      ...{ timeoutMs: NET_MS, linkMs: NET_MS },
    },
    { note: () => {}, report: () => Promise.resolve(), late: () => {} },
  );
}

describe('WF-8: the line with TLS', () => {
  check('says nothing to a centre whose certificate it does not trust', async () => {
    const line = dial(undefined);
    await expect(line.send(NOTICE)).rejects.toMatchObject({ kind: 'unavailable' });
    line.close();
    expect(heard).toEqual([]);
  });

  check('binds and sends where it trusts it', async () => {
    const line = dial(own?.cert);
    expect(await line.send({ ...NOTICE, withinMs: NET_MS })).toEqual({ references: ['7'] });
    line.close();
    expect(heard.slice(0, 2)).toEqual(['bind_transceiver', 'submit_sm']);
  });
});
