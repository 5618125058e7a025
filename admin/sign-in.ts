/** Sign-in and sign-out of staff. Our own page and handler: AdminJS keeps the session id and throttles in memory. */
import { Router, type Request, type Response } from 'express';
import { networkOf } from '../platform/address.ts';
import { writeAudit } from '../store/audit.ts';
import type { Database } from '../store/database.ts';
import { signInStaff } from '../store/staff-sign-in.ts';
import { endStaffSession, findStaffSession, openStaffSession } from '../store/staff-sessions.ts';
import { clearSessionCookie, LOGIN_PATH, ROOT, sessionToken, setSessionCookie } from './access.ts';
import { readForm } from './form.ts';
import { escapeHtml, plainPage } from './plain-page.ts';

/** An IPv4 address, in whatever spelling; what one household gets in IPv6. */
const PLACE = { v4: 32, v6: 64 };
const SIGN_IN_BYTES_MAX = 8 * 1024;
/** argon2 reads the whole password; nobody's is a novel. */
const PASSWORD_LENGTH_MAX = 256;

interface SignInOptions {
  readonly db: Database;
  readonly secure: boolean;
  readonly now: () => Date;
}

function signInPage({ message, email = '' }: { message?: string; email?: string }): string {
  const notice = message ? `<p class="dv-plain-notice" role="alert">${escapeHtml(message)}</p>` : '';
  return plainPage({
    title: 'ورود کارشناسان',
    body: `<p class="dv-plain-lead">سامانه ثبت‌نام داوطلبان شوراهای اسلامی</p>
${notice}
<form method="post" action="${LOGIN_PATH}">
<label for="email">نشانی رایانامه</label>
<input id="email" name="email" type="email" dir="ltr" autocomplete="username" required value="${escapeHtml(email)}"${email ? '' : ' autofocus'}>
<label for="password">گذرواژه</label>
<input id="password" name="password" type="password" dir="ltr" autocomplete="current-password" required${email ? ' autofocus' : ''}>
<button type="submit">ورود</button>
</form>
<p class="dv-plain-foot">گذرواژه خود را به کسی نگویید. هر ورود و هر تصمیم ثبت می‌شود.</p>`,
  });
}

function minutes(seconds: number): string {
  return new Intl.NumberFormat('fa-IR').format(Math.ceil(seconds / 60));
}

export function signInRoutes({ db, secure, now }: SignInOptions): Router {
  const router = Router();

  router.get(LOGIN_PATH, (request, response) => {
    const ended = 'ended' in request.query;
    response.send(signInPage(ended ? { message: 'نشست شما پایان یافته است. دوباره وارد شوید.' } : {}));
  });

  router.post(LOGIN_PATH, async (request: Request, response: Response) => {
    const { email = '', password = '' } = await readForm(request, SIGN_IN_BYTES_MAX);
    const short = password.slice(0, PASSWORD_LENGTH_MAX);
    const address = networkOf(request.ip ?? '', PLACE);
    const result = await signInStaff(db, {
      email: email.slice(0, 320),
      password: short,
      address,
      now: now(),
    });
    if (result.outcome === 'throttled') {
      const message = `تلاش‌ها بیش از اندازه است. ${minutes(result.retryAfterSeconds)} دقیقه دیگر دوباره تلاش کنید.`;
      response.status(429).set('Retry-After', String(result.retryAfterSeconds));
      return void response.send(signInPage({ message }));
    }
    if (result.outcome === 'refused') {
      response.status(401).send(signInPage({ message: 'رایانامه یا گذرواژه درست نیست.', email }));
      return;
    }
    const former = sessionToken(request, secure);
    if (former) await endStaffSession(db, former);
    await noteDown(db, 'signed-in', result.staff);
    setSessionCookie(response, await openStaffSession(db, result.staff.id, now()), secure);
    response.redirect(303, ROOT);
  });

  router.post(`${ROOT}/logout`, async (request, response) => {
    const token = sessionToken(request, secure);
    if (token) {
      const staff = await findStaffSession(db, token, now());
      if (staff) await noteDown(db, 'signed-out', staff);
      await endStaffSession(db, token);
    }
    clearSessionCookie(response, secure);
    response.redirect(303, LOGIN_PATH);
  });
  return router;
}

function noteDown(
  db: Database,
  action: string,
  staff: { id: string; governorate: string | null },
): Promise<void> {
  const { id, governorate } = staff;
  return writeAudit(db, {
    actor: { kind: 'staff', id },
    action,
    subject: { kind: 'staff', id },
    governorate,
  });
}
