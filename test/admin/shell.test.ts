/** The page that AdminJS renders, after we are through with it; and the scripts that it loads. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { finishShell } from '../../admin/shell.ts';
import { signIn, startPanel, visit, type TestPanel, type Visitor } from './panel.ts';

const HOSTILE = '</script><script>document.title="taken"</script>';

let panel: TestPanel;
let reviewer: Visitor;
beforeAll(async () => {
  panel = await startPanel();
  await panel.fresh.owner('staff').where('email', 'like', '%damghan%').update({ name: HOSTILE });
  reviewer = await signIn(panel.url, 'damghan');
});
afterAll(() => panel.stop());

describe('the shell', () => {
  test('is right to left, loads nothing from elsewhere, and each script carries the nonce of the policy', async () => {
    const response = await reviewer.get('/admin', { accept: 'text/html' });
    const html = await response.text();
    const nonce =
      /'nonce-([^']+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1] ?? 'none';
    expect(html).toContain('<html lang="fa" dir="rtl">');
    expect(html).not.toMatch(/(?:src|href)=["']?https?:/);
    const scripts = html.match(/<script[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(4);
    expect(scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`))).toEqual([]);
  });

  test('ADM-11: prints a hostile name as data', async () => {
    const html = await (await reviewer.get('/admin', { accept: 'text/html' })).text();
    expect(html).not.toContain(HOSTILE);
    expect(html).toContain('\\u003c/script>');
  });

  test('ADM-11: a script in the state gets no nonce, whatever comes first', () => {
    const html = finishShell(
      `<script>\nwindow.REDUX_STATE = {"a":"${HOSTILE.replaceAll('"', '')}"};\n</script>`,
      'N',
    );
    expect(html.match(/nonce="N"/g)).toHaveLength(1);
  });

  test('tells a reviewer of no password, and of no section that is not theirs', async () => {
    const html = await (await reviewer.get('/admin', { accept: 'text/html' })).text();
    expect(html).not.toMatch(/password_hash|argon2/);
    const state = JSON.parse(/REDUX_STATE = (.*);\n/.exec(html)?.[1] ?? '{}') as {
      resources: { id: string; href: string | null }[];
    };
    expect(state.resources.filter(({ href }) => href).map(({ id }) => id)).toEqual([
      'registrations',
      'identity-proposals',
      'code-locks',
      'messages',
      'documents',
      'elections',
      'constituencies',
    ]);
  });
});

describe('its scripts', () => {
  test('hold our components, and are asked for once', async () => {
    const path = '/admin/frontend/assets/components.bundle.js';
    const response = await visit(panel.url).get(path);
    const script = await response.text();
    for (const name of ['Application', 'Dashboard', 'Review', 'Worklist', 'Sidebar'])
      expect(script).toContain(name);
    const etag = response.headers.get('etag') ?? '';
    expect((await visit(panel.url).get(path, { 'if-none-match': etag })).status).toBe(304);
  });

  test('are the small production ones', async () => {
    const response = await visit(panel.url).get('/admin/frontend/assets/app.bundle.js', {
      'accept-encoding': 'gzip',
    });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect((await response.text()).length).toBeLessThan(1_500_000);
  });

  test('fonts come from our own files', async () => {
    const response = await visit(panel.url).get('/admin/static/vazirmatn-arabic-wght-normal.woff2');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'font/woff2']);
  });
});
