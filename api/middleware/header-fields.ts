/** A request with more header fields than anybody needs is refused; Node by itself would drop the rest unsaid (API-6). */
import type { RequestHandler } from 'express';
import { Refusal } from '../../domain/refusal.ts';

export const HEADER_FIELDS_MAX = 100;

export function fewHeaderFields(): RequestHandler {
  return (request, _response, next) => {
    if (request.rawHeaders.length > HEADER_FIELDS_MAX * 2) throw new Refusal('header-too-large');
    next();
  };
}
