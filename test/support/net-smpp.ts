/** Net::SMPP, an SMS centre of others: found, installed where that is allowed, or said to be missing. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { anyPort } from '../../scripts/ports.ts';

const PACKAGE = 'libnet-smpp-perl';
const SCRIPT = fileURLToPath(new URL('./sms-centre.pl', import.meta.url));
const INSTALL_MS = 90_000;

function works(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore', timeout: INSTALL_MS }).status === 0;
}

const isThere = (): boolean => works('perl', '-MNet::SMPP', '-e1');

/** Undefined when it is there now; else why not. Installs Debian's package when we may. */
export function whyNoNetSmpp(): string | undefined {
  if (isThere()) return undefined;
  if (!works('perl', '-e1')) return 'there is no perl';
  if (process.getuid?.() !== 0) return `${PACKAGE} is not installed, and only root may install it`;
  if (!works('apt-get', '--version')) return `there is neither ${PACKAGE} nor apt-get`;
  works('apt-get', 'update');
  works('apt-get', 'install', '-y', '--no-install-recommends', PACKAGE);
  return isThere() ? undefined : `apt-get could not install ${PACKAGE}`;
}

interface CentreManners {
  readonly password: string;
  readonly ids: 'hex' | 'decimal';
  readonly receipt: 'before' | 'after';
  readonly form: 'tlv' | 'text';
}

export interface PerlCentre {
  readonly port: number;
  /** What it has told so far, a line each. */
  readonly told: readonly string[];
  stop(): Promise<void>;
}

export async function startPerlCentre({ password, ids, receipt, form }: CentreManners): Promise<PerlCentre> {
  const port = await anyPort();
  const child = spawn('perl', [SCRIPT, String(port), password, ids, receipt, form], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const told: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => told.push(line));
  await once(lines, 'line');
  return {
    port,
    told,
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
