/** Every request has an id: the client's when it is decent, else ours. It stands in answers, problems and logs. */
import type { RequestHandler } from 'express';
import { newId } from '../../platform/secret.ts';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;
const DECENT = /^[\w.-]{8,64}$/u;
/** It goes to the log, where numbers of people have no business. */
const NUMBER_OF_SOMEBODY = /\d{7}/u;

function isDecent(id: string): boolean {
  return UUID.test(id) || (DECENT.test(id) && !NUMBER_OF_SOMEBODY.test(id));
}

export function requestId(): RequestHandler {
  return (request, response, next) => {
    const given = request.get('X-Request-Id') ?? '';
    response.setHeader('X-Request-Id', isDecent(given) ? given : newId());
    next();
  };
}
