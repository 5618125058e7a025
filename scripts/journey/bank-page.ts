/** The bank's payment page in the hands of the card's holder: an HTML form, filled in as a browser would send it. */
import { Deviation } from './deviation.ts';
import { AnswerLost, knock, type Patience, type Reply } from './door.ts';

interface Button {
  readonly name: string | null;
  readonly value: string;
  readonly text: string;
  readonly action: string | null;
}

/** One form of a page: where it leads, what stands in its fields, and its buttons. */
export interface Form {
  readonly action: string;
  readonly method: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly buttons: readonly Button[];
}

function unescape(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function attribute(tag: string, name: string): string | null {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'iu').exec(tag);
  const value = found?.[1] ?? found?.[2] ?? found?.[3];
  return value === undefined ? null : unescape(value);
}

function buttonsOf(html: string): Button[] {
  return [...html.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/giu)].map(([, tag = '', inside = '']) => ({
    name: attribute(` ${tag}`, 'name'),
    value: attribute(` ${tag}`, 'value') ?? '',
    action: attribute(` ${tag}`, 'formaction'),
    text: unescape(inside.replaceAll(/<[^>]*>/gu, '')).trim(),
  }));
}

/** The forms of a page, in its order. */
export function formsOf(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/giu)].map(([, tag = '', inside = '']) => {
    const fields: Record<string, string> = {};
    for (const [input] of inside.matchAll(/<input\b[^>]*>/giu)) {
      const name = attribute(input, 'name');
      if (name !== null) fields[name] = attribute(input, 'value') ?? '';
    }
    return {
      action: attribute(` ${tag}`, 'action') ?? '',
      method: (attribute(` ${tag}`, 'method') ?? 'get').toUpperCase(),
      fields,
      buttons: buttonsOf(inside),
    };
  });
}

export interface Browser {
  /** Goes to an address and follows redirects; gives the last page and where it stands. */
  open(url: string): Promise<Page>;
  /** Presses the first button with such a text, with these fields filled in. */
  press(
    page: Page,
    which: (text: string) => boolean,
    filled: Readonly<Record<string, string>>,
  ): Promise<Page>;
}

export interface Page {
  readonly url: string;
  readonly reply: Reply;
  readonly html: string;
}

const REDIRECTS_MAX = 6;

export function newBrowser(address: string, patience: Patience): Browser {
  const headers = { accept: 'text/html', 'x-forwarded-for': address };

  async function follow(url: string, first: Reply): Promise<Page> {
    let [at, reply] = [url, first];
    for (let hops = 0; reply.status >= 300 && reply.status < 400; hops += 1) {
      const next = reply.headers.get('location');
      if (next === null || hops === REDIRECTS_MAX)
        throw new Deviation(`a redirect that leads nowhere (${reply.status})`);
      at = new URL(next, at).href;
      reply = await knock({ method: 'GET', url: at, headers }, patience);
    }
    return { url: at, reply, html: typeof reply.body === 'string' ? reply.body : '' };
  }

  return {
    open: async (url) => follow(url, await knock({ method: 'GET', url, headers }, patience)),
    press: async (page, which, filled) => {
      const forms = formsOf(page.html);
      const form = forms.find(({ buttons }) => buttons.some(({ text }) => which(text)));
      const button = form?.buttons.find(({ text }) => which(text));
      if (form === undefined || button === undefined) {
        throw new Deviation(`the bank's page (${page.reply.status}) has not the button that is needed`);
      }
      const sent = new URLSearchParams({ ...form.fields, ...filled });
      if (button.name !== null) sent.set(button.name, button.value);
      const target = new URL(button.action ?? form.action, page.url).href;
      const request =
        form.method === 'POST'
          ? { method: 'POST', url: target, headers, body: sent, once: true }
          : { method: 'GET', url: `${target}?${sent.toString()}`, headers };
      try {
        return await follow(target, await knock(request, patience));
      } catch (error) {
        // What was typed may have counted: nobody sends a password twice, one looks what the page says now.
        if (!(error instanceof AnswerLost)) throw error;
        return follow(page.url, await knock({ method: 'GET', url: page.url, headers }, patience));
      }
    },
  };
}
