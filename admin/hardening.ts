/** What stands before every route of the panel: headers, the check of where a POST comes from, and of its query. */
import { randomBytes } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { isSoundText } from '../domain/persian-text.ts';
import { Refusal } from '../domain/refusal.ts';

/** Scripts run only with the nonce of this answer. Styles need `unsafe-inline`: AdminJS writes style attributes. */
export function headers(secure: boolean): RequestHandler {
  const nonce = (_request: unknown, response: unknown): string =>
    `'nonce-${(response as Response).locals['nonce'] as string}'`;
  const standard = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'", nonce],
        styleSrc: ["'self'", "'unsafe-inline'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
      },
    },
    // Helmet's own default sends no referrer, and with it the sign-in form an `Origin: null`.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: secure,
  });
  return (request, response, next) => {
    response.locals['nonce'] = randomBytes(16).toString('base64');
    standard(request, response, next);
  };
}

/** A page of the panel is never kept by a browser or a proxy. */
export function neverStored(_request: Request, response: Response, next: NextFunction): void {
  response.set('Cache-Control', 'private, no-store');
  next();
}

const SAFE_METHODS = ['GET', 'HEAD'];

/**
 * Whatever may change something must come from a page of our own: the browser says so in `Origin`, which no page
 * of another site can forge. No origin, `null` and another site's are refused alike (ADM-3).
 */
export function ownOriginOnly(publicUrl: string): RequestHandler {
  const own = new URL(publicUrl).origin;
  return (request, _response, next) => {
    if (SAFE_METHODS.includes(request.method)) return next();
    if (request.method !== 'POST') throw new Refusal('method-not-allowed', { allow: ['GET', 'POST'] });
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    const asAddressed = `${request.protocol}://${request.headers.host ?? ''}`;
    const known = origin !== undefined && (origin === own || origin === asAddressed);
    if (!known || (site !== undefined && site !== 'same-origin')) throw new Refusal('forbidden');
    next();
  };
}

const COUNTS = ['page', 'perPage'];

/** One value for each key, nothing that a database cannot hold, and digits where AdminJS expects a number: `perPage=abc` once dropped a LIMIT. */
export function plainQuery(request: Request, _response: Response, next: NextFunction): void {
  for (const [key, value] of Object.entries(request.query)) {
    if (typeof value !== 'string') throw new Refusal('request-invalid');
    if (!isSoundText(key) || !isSoundText(value)) throw new Refusal('request-invalid');
    if (COUNTS.includes(key) && !/^[1-9]\d{0,5}$/.test(value)) throw new Refusal('request-invalid');
  }
  next();
}
