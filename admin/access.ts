/** Who is at the desk: the session cookie, and the member of staff behind it. */
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Database } from '../store/database.ts';
import { endStaffSession, findStaffSession, SESSION_LIFE_SECONDS } from '../store/staff-sessions.ts';
import type { Staff } from '../store/staff.ts';

export const ROOT = '/admin';
export const LOGIN_PATH = `${ROOT}/login`;

/** The `__Secure-` name is refused by browsers unless the cookie came over TLS. */
export function cookieName(secure: boolean): string {
  return secure ? '__Secure-davtalab-staff' : 'davtalab-staff';
}

export function setSessionCookie(response: Response, token: string, secure: boolean): void {
  response.cookie(cookieName(secure), token, {
    httpOnly: true,
    sameSite: 'strict',
    secure,
    path: ROOT,
    maxAge: SESSION_LIFE_SECONDS * 1000,
  });
}

export function clearSessionCookie(response: Response, secure: boolean): void {
  response.clearCookie(cookieName(secure), { httpOnly: true, sameSite: 'strict', secure, path: ROOT });
}

/** The token of the request's cookie, if it can be one at all. */
export function sessionToken(request: Request, secure: boolean): string | undefined {
  const name = `${cookieName(secure)}=`;
  const pair = (request.headers.cookie ?? '').split(/;\s*/).find((part) => part.startsWith(name));
  const token = pair?.slice(name.length);
  return token && /^[\w-]{20,100}$/.test(token) ? token : undefined;
}

interface Gate {
  readonly db: Database;
  readonly secure: boolean;
  readonly now: () => Date;
}

/** Lets nobody pass but staff with a live session; pages lead to the sign-in, calls of the API get a 401. */
export function requireStaff({ db, secure, now }: Gate): RequestHandler {
  return async (request: Request, response: Response, next: NextFunction) => {
    const token = sessionToken(request, secure);
    const staff = token && (await findStaffSession(db, token, now()));
    if (staff) {
      response.locals['staff'] = staff;
      return next();
    }
    if (token) {
      await endStaffSession(db, token);
      clearSessionCookie(response, secure);
    }
    const page = request.method === 'GET' && request.accepts(['html', 'json']) === 'html';
    if (page && !request.path.startsWith(`${ROOT}/api/`)) {
      return response.redirect(303, token ? `${LOGIN_PATH}?ended` : LOGIN_PATH);
    }
    const message = 'نشست شما پایان یافته است. دوباره وارد شوید.';
    response.status(401).json({ notice: { type: 'error', message, code: 'session-expired' } });
  };
}

/** The member of staff of a request that has passed the gate. */
export function staffOf(response: Response): Staff {
  const staff = response.locals['staff'] as Staff | undefined;
  if (!staff) throw new Error('A route of the panel stands before its gate.');
  return staff;
}
