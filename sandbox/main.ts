/** Entry of the sandbox's process. */
import { loadConfig } from '../platform/config.ts';
import { createSandbox } from './app.ts';

/** As providers do: longer than their clients, so that none of them asks into a connection that is being closed. */
const KEEP_ALIVE_MS = 65_000;

const config = loadConfig('sandbox');
if (config.production) throw new Error('The sandbox is for development and tests, not for production.');
const { sms, registry, bank } = config.gateways;
const sandbox = createSandbox({
  directory: config.sandbox.dataDirectory,
  smsReports: sms.reports.url === '' ? undefined : sms.reports,
  centre: config.sandbox.centre,
  keys: { sms: sms.key, registry: registry.token, bankTerminal: bank.terminal, bankKey: bank.key },
});
const server = sandbox.app.listen(config.http.port, config.http.host);
server.keepAliveTimeout = KEEP_ALIVE_MS;
const { centre } = sandbox;
centre.listen(config.sandbox.centre.port, config.http.host);
for (const one of [server, centre]) {
  one.on('error', (error) => {
    process.stderr.write(`The sandbox cannot listen: ${error.message}\n`);
    process.exit(1);
  });
}
// A parent that was killed cannot end us, but the pipe that it held does. Nothing has to be saved: the journal is written.
if (config.endsWithParent) process.stdin.on('end', () => process.exit(0)).resume();
