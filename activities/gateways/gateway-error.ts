/**
 * How a call to an outside system fails.
 *
 * - `unavailable`: nothing happened there, or asking again is harmless; later it may work.
 * - `refused`: the provider understood and said no; the same request will get the same answer.
 * - `misconfigured`: our key, template, credit or terminal is not accepted. An operator has to act; until then the
 *   work waits (it is retried), because a registration must not be lost to an expired key.
 * - `malformed`: an answer of another shape than the contract's. It says nothing, least of all "passed".
 * - `ambiguous`: the request was sent and its answer is unknown; the effect may or may not have happened. Without any
 *   answer it may even happen later.
 */
export type GatewayFailure = 'unavailable' | 'refused' | 'misconfigured' | 'malformed' | 'ambiguous';

/** `what` is our own wording and codes only: no number, name, text or address of a person, no key, no URL. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly kind: GatewayFailure;
  /** Whether the same call may be made again, by a retry or later. */
  readonly retryable: boolean;
  /** Whether the provider is still at it, as far as we know: it has given no answer at all. */
  readonly pending: boolean;

  constructor(
    kind: GatewayFailure,
    what: string,
    { retryable, pending = false }: { readonly retryable: boolean; readonly pending?: boolean },
  ) {
    super(`${kind}: ${what}`);
    this.kind = kind;
    this.retryable = retryable;
    this.pending = pending;
  }
}
