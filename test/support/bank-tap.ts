/** Stands between our worker and the bank, passes everything on, and counts the starts of each transaction. */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

export interface BankTap {
  /** How often the bank was asked to start the transaction of an invoice, answered or not. */
  readonly starts: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

const PURCHASE = /\/payment\/purchase$/u;

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export async function startBankTap(port: number, bank: string): Promise<BankTap> {
  const starts = new Map<string, number>();
  const { hostname, port: bankPort } = new URL(bank);

  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    if (PURCHASE.test(incoming.url ?? '')) {
      const { invoice } = JSON.parse(body.toString()) as { invoice: string };
      starts.set(invoice, (starts.get(invoice) ?? 0) + 1);
    }
    const { method = 'GET', url = '/', headers } = incoming;
    const onward = request({ hostname, port: bankPort, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    onward.end(body);
  };

  const server = createServer(
    (incoming, outgoing) => void pass(incoming, outgoing).catch(() => outgoing.destroy()),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    starts,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
