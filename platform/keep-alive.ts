/** How long an idle connection stays open for the next request. */

/**
 * Longer than the sixty seconds of nginx and most proxies and clients: with Node's own five a proxy sends a request
 * into a connection that is just being closed, and the candidate reads "connection reset".
 */
export const KEEP_ALIVE_MS = 65_000;
