/**
 * How long the API takes from a request to the accepted row: the client's time without the wait for the outcome,
 * which the API tells in `Server-Timing`. So it holds the network and the answer's way back as well.
 */

const OUTCOME = /outcome;dur=([\d.]+)/u;

/** Puts itself before `fetch` and gives the milliseconds of each command since the last look. */
export function watchAcceptance(): { take(): number[] } {
  let seen: number[] = [];
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const began = performance.now();
    const response = await original(input, init);
    const waited = OUTCOME.exec(response.headers.get('server-timing') ?? '')?.[1];
    if (waited !== undefined) seen.push(performance.now() - began - Number(waited));
    return response;
  };
  return {
    take() {
      const taken = seen;
      seen = [];
      return taken;
    },
  };
}
