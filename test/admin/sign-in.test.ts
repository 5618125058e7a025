import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FAILURES_PER_ACCOUNT_MAX, FAILURE_WINDOW_SECONDS } from '../../store/staff-sign-in.ts';
import { SESSION_IDLE_SECONDS } from '../../store/staff-sessions.ts';
import { demoStaff } from '../support/database.ts';
import { api, signIn, startPanel, visit, type TestPanel } from './panel.ts';

let panel: TestPanel;
beforeAll(async () => {
  panel = await startPanel();
});
afterAll(() => panel.stop());

const list = api('/resources/registrations/actions/list');

describe('signing in', () => {
  test('the page is Persian, needs no script, and carries a strict policy', async () => {
    const response = await visit(panel.url).get('/admin/login');
    const html = await response.text();
    expect(html).toContain('lang="fa" dir="rtl"');
    expect(html).not.toContain('<script');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('cache-control')).toContain('no-store');
  });

  test('ADM-2: the right password opens a session whose cookie scripts cannot read and other sites cannot send', async () => {
    const [account] = demoStaff();
    const visitor = visit(panel.url);
    const response = await visitor.post('/admin/login', {
      email: ` ${account?.email.toUpperCase() ?? ''} `,
      password: account?.password ?? '',
    });
    expect(response.status).toBe(303);
    const cookie = response.headers.getSetCookie()[0];
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Strict/i);
    expect(cookie).toMatch(/Path=\/admin/i);
    expect((await visitor.get(list)).status).toBe(200);
  });

  test.each([
    ['a wrong password', { email: 'reviewer.damghan@davtalab.example', password: 'wrong' }],
    ['an unknown account', { email: 'nobody@davtalab.example', password: 'wrong' }],
    ['nothing at all', {}],
  ])('ADM-4: %s is answered 401 with the same Persian words', async (_name, form) => {
    const response = await visit(panel.url).post('/admin/login', form as Record<string, string>);
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('رایانامه یا گذرواژه درست نیست.');
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test('ADM-11: what was typed is text in the answer, never markup', async () => {
    const email = '"><script>alert(1)</script>';
    const html = await (await visit(panel.url).post('/admin/login', { email, password: 'x' })).text();
    expect(html).not.toContain('<script');
  });

  test('SES-6, ADM-2: a session id that somebody else planted is not taken over', async () => {
    const [account] = demoStaff();
    const visitor = visit(panel.url);
    const planted = 'davtalab-staff=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    visitor.cookie = planted;
    await visitor.post('/admin/login', { email: account?.email ?? '', password: account?.password ?? '' });
    expect(visitor.cookie).not.toBe(planted);
    const other = visit(panel.url);
    other.cookie = planted;
    expect((await other.get(list)).status).toBe(401);
  });

  test('SES-6: signing in again ends the session before', async () => {
    const first = await signIn(panel.url, 'damghan');
    const account = demoStaff().find(({ email }) => email.includes('damghan'));
    const again = visit(panel.url);
    again.cookie = first.cookie;
    await again.post('/admin/login', { email: account?.email ?? '', password: account?.password ?? '' });
    expect((await first.get(list)).status).toBe(401);
    expect((await again.get(list)).status).toBe(200);
  });

  test('ADM-4: too many wrong tries close the account for a while, however many come at once', async () => {
    const email = 'reviewer.garmsar@davtalab.example';
    const guess = async (): Promise<number> =>
      (await visit(panel.url).post('/admin/login', { email, password: 'guess' })).status;
    const seen = await Promise.all(Array.from({ length: FAILURES_PER_ACCOUNT_MAX * 3 }, guess));
    // A busy machine may have no connection left for some of the burst: whether such a 503 counts is not known.
    const count = (...statuses: number[]) => seen.filter((one) => statuses.includes(one)).length;
    while (count(401, 429) <= FAILURES_PER_ACCOUNT_MAX) seen.push(await guess());
    expect(count(401, 429, 503)).toBe(seen.length);
    expect(count(401)).toBeLessThanOrEqual(FAILURES_PER_ACCOUNT_MAX);
    expect(count(401, 503)).toBeGreaterThanOrEqual(FAILURES_PER_ACCOUNT_MAX);
    await expect(signIn(panel.url, 'garmsar')).rejects.toThrow('429');
    panel.advance(FAILURE_WINDOW_SECONDS + 1);
    await expect(signIn(panel.url, 'garmsar')).resolves.toBeDefined();
  });

  test('ADM-4: the wait is that of what is closed, not of what else was tried from the same office', async () => {
    await visit(panel.url).post('/admin/login', { email: 'nobody@davtalab.example', password: 'guess' });
    panel.advance(FAILURE_WINDOW_SECONDS / 2);
    const email = 'nobody.else@davtalab.example';
    const guess = () => visit(panel.url).post('/admin/login', { email, password: 'guess' });
    for (let turn = 0; turn < FAILURES_PER_ACCOUNT_MAX; turn += 1) await guess();
    const refused = await guess();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(FAILURE_WINDOW_SECONDS - 60);
  });
});

describe('a session', () => {
  test('ADM-3: ends with a POST, not with a link', async () => {
    const visitor = await signIn(panel.url, 'damghan');
    const { cookie } = visitor;
    expect((await visitor.get('/admin/logout')).status).toBe(404);
    expect((await visitor.get(list)).status).toBe(200);
    expect((await visitor.post('/admin/logout', {})).status).toBe(303);
    visitor.cookie = cookie;
    expect((await visitor.get(list)).status).toBe(401);
  });

  test('ADM-2: ends when nobody has used it for a while', async () => {
    const visitor = await signIn(panel.url, 'damghan');
    panel.advance(SESSION_IDLE_SECONDS - 120);
    expect((await visitor.get(list)).status).toBe(200);
    panel.advance(SESSION_IDLE_SECONDS - 120);
    expect((await visitor.get(list)).status).toBe(200);
    panel.advance(SESSION_IDLE_SECONDS + 1);
    expect((await visitor.get(list)).status).toBe(401);
  });

  test('ADM-6, SES-4: of a disabled member of staff is over at the next request', async () => {
    const visitor = await signIn(panel.url, 'damghan');
    expect((await visitor.get(list)).status).toBe(200);
    const staff = () => panel.fresh.owner('staff').where('email', 'like', '%damghan%');
    await staff().update({ disabled_at: new Date() });
    expect((await visitor.get(list)).status).toBe(401);
    await staff().update({ disabled_at: null });
    expect((await visitor.get(list)).status).toBe(401);
  });

  test('ADM-6, SES-4: follows a changed role at once', async () => {
    const visitor = await signIn(panel.url, 'headquarters');
    const staffList = api('/resources/staff/actions/list');
    expect((await visitor.get(staffList)).status).toBe(200);
    const staff = () => panel.fresh.owner('staff').where('email', 'like', 'headquarters%');
    await staff().update({ role: 'reviewer', governorate: '2001' });
    expect((await visitor.get(staffList)).status).toBe(403);
    await staff().update({ role: 'headquarters', governorate: null });
  });

  test('without one, pages lead to the sign-in and calls get a 401', async () => {
    const nobody = visit(panel.url);
    const page = await nobody.get('/admin/resources/registrations', { accept: 'text/html' });
    expect([page.status, page.headers.get('location')]).toEqual([303, '/admin/login']);
    expect((await nobody.get(list)).status).toBe(401);
    expect((await nobody.get('/admin/documents/x/photo/1')).status).toBe(303);
  });
});
