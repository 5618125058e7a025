/** Browsers of other origins: a fixed list, never a wildcard, since cookies travel with the requests (API-11). */
import type { RequestHandler } from 'express';

const METHODS = 'GET, PUT, PATCH, POST, DELETE';
const REQUEST_HEADERS =
  'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, X-Request-Id';
const ANSWER_HEADERS =
  'Davtalab-Notice, ETag, Location, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id';
const PREFLIGHT_SECONDS = '600';

export function cors(origins: readonly string[]): RequestHandler {
  return (request, response, next) => {
    response.vary('Origin');
    const origin = request.get('Origin');
    if (origin === undefined || !origins.includes(origin)) return next();
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    response.setHeader('Access-Control-Expose-Headers', ANSWER_HEADERS);
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    const preflight = request.method === 'OPTIONS' && request.get('Access-Control-Request-Method');
    if (!preflight) return next();
    response.setHeader('Access-Control-Allow-Methods', METHODS);
    response.setHeader('Access-Control-Allow-Headers', REQUEST_HEADERS);
    response.setHeader('Access-Control-Max-Age', PREFLIGHT_SECONDS);
    response.status(204).end();
  };
}
