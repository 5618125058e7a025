/** Every SMS that was handed to a gateway: `GET /inbox` for people, `GET /inbox.json` for tests. */
import { Router } from 'express';
import { localMobile, parseMobile } from '../domain/mobile-number.ts';
import { html, sendPage, type Markup } from './page.ts';
import type { Message, World } from './world.ts';

const PAGE_SIZE = 100;

/** A number as people write it, as `09…`; a `+` arrives as a space when it was not encoded. */
export function receiverOf(text: string): string | undefined {
  const mobile = parseMobile(text);
  return mobile === undefined ? undefined : localMobile(mobile);
}

function messagesFor(world: World, to: unknown): readonly Message[] {
  if (typeof to !== 'string' || to === '') return world.messages;
  return world.messagesTo(receiverOf(to) ?? '');
}

export function inboxRoutes(world: World): Router {
  const router = Router();
  router.get('/inbox.json', (request, response) => {
    const items = messagesFor(world, request.query['to']).map(({ to, text, provider, sentAt }) => ({
      to,
      text,
      provider,
      sentAt: new Date(sentAt).toISOString(),
    }));
    response.json({ items });
  });
  router.get('/inbox', (request, response) => {
    const { to } = request.query;
    const newest = messagesFor(world, to).slice(-PAGE_SIZE).reverse();
    sendPage(response, { title: 'صندوق پیامک', body: inboxPage(typeof to === 'string' ? to : '', newest) });
  });
  return router;
}

function inboxPage(to: string, messages: readonly Message[]): Markup {
  const time = new Intl.DateTimeFormat('fa-IR', { timeZone: 'Asia/Tehran', timeStyle: 'medium' });
  const rows = messages.map(
    (message) =>
      html`<tr>
        <td><bdi>${message.to}</bdi></td>
        <td><pre>${message.text}</pre></td>
        <td>${time.format(message.sentAt)}</td>
        <td>${message.provider === 'bank' ? 'بانک' : 'پیامک'}</td>
      </tr> `,
  );
  return html`<form method="get" action="/inbox">
      <label>شماره <input name="to" value="${to}" inputmode="tel" dir="ltr" /></label
      ><button>نشان بده</button>
    </form>
    <p>تازه‌ترین پیامک بالاست.</p>
    <div class="scroll">
      <table>
        <tr>
          <th>به</th>
          <th>متن</th>
          <th>ساعت</th>
          <th>از</th>
        </tr>
        ${rows}
      </table>
    </div>`;
}
