/** HTML for people, Persian and right to left: plain enough for an old phone, without a script. */
import type { Response } from 'express';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup that has been made here; any other text is escaped when it is put into markup. */
export interface Markup {
  readonly html: string;
}

type Piece = string | number | Markup | readonly Markup[];

function piece(value: Piece): string {
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
  if (typeof value === 'number') return String(value);
  return 'html' in value ? value.html : value.map(({ html }) => html).join('');
}

/** A template that escapes what is put into it: html`<p>${text}</p>`. */
export function html(strings: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  return { html: strings.reduce((text, part, index) => text + piece(values[index - 1] ?? '') + part) };
}

const STYLE: Markup = {
  html: `body{font-family:Vazirmatn,Tahoma,sans-serif;line-height:1.8;margin:0 auto;padding:.75rem;max-width:60rem;color:#1b1b1b;background:#fff}
header{border-bottom:2px solid #1f5c4d;margin-bottom:1rem}header b{color:#1f5c4d}
label{display:block;margin-top:.6rem}input{font:inherit;padding:.4rem;border:1px solid #767676;border-radius:.3rem;max-width:100%;box-sizing:border-box}
button{font:inherit;padding:.5rem .9rem;margin:.6rem 0 0 .4rem;border:1px solid #1f5c4d;border-radius:.3rem;background:#fff;color:#1f5c4d}
button.main{background:#1f5c4d;color:#fff}table{border-collapse:collapse;width:100%}.scroll{overflow-x:auto}
td,th{border:1px solid #c9c9c9;padding:.3rem .5rem;text-align:right;vertical-align:top}bdi{white-space:nowrap}
.note{background:#fff6dc;border:1px solid #d9b95c;padding:.5rem .75rem}.error{background:#fdeaea;border:1px solid #b3261e;padding:.5rem .75rem}
pre{white-space:pre-wrap;font:inherit;margin:0}`,
};

interface Page {
  readonly title: string;
  readonly body: Markup;
  readonly status?: number;
}

/** No `form-action`: browsers apply it to the redirect back to the merchant too. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

export function sendPage(response: Response, { title, body, status = 200 }: Page): void {
  const page = html`<!doctype html>
    <html lang="fa" dir="rtl">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <header><b>${title}</b> <small>محیط آزمایشی؛ همه چیز ساختگی است.</small></header>
        <main>${body}</main>
      </body>
    </html> `;
  response
    .status(status)
    .set({
      'content-security-policy': POLICY,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .type('html')
    .send(page.html);
}
