/** What `npm start` says: one line per step, with the time since the start. */

const begun = performance.now();

function seconds(): string {
  return ((performance.now() - begun) / 1000).toFixed(1).padStart(5);
}

/** A step that is done, or something that happened. */
export function say(line: string): void {
  console.log(`${seconds()} s  ${line}`);
}

/** Something went wrong; what to do about it belongs into the text. */
export function complain(line: string): void {
  console.error(`${seconds()} s  ${line}`);
}
