/** Ends a process in order: on a signal, or when the parent that holds our stdin is gone. */
import { parentHoldsStdin } from './config.ts';

type Ending = () => Promise<void> | void;

/** After this the process ends whatever still hangs; longer than any request of ours may take. */
const GRACE_MS = 10_000;

const endings: Ending[] = [];
let listening = false;
let ending = false;

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  setTimeout(() => process.exit(1), GRACE_MS).unref();
  let code = 0;
  for (const close of endings.reverse()) {
    try {
      await close();
    } catch {
      code = 1;
    }
  }
  process.exit(code);
}

function listen(): void {
  listening = true;
  const start = (): void => void end();
  process.on('SIGTERM', start);
  process.on('SIGINT', start);
  // A parent that was killed cannot signal us, but the pipe it held ends.
  if (!parentHoldsStdin()) return;
  process.stdin.on('end', start).on('error', start).resume();
}

/** Adds what has to be closed; the last one added is closed first. A second signal does not interrupt. */
export function onShutdown(close: Ending): void {
  endings.push(close);
  if (!listening) listen();
}
