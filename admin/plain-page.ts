/** Pages that need no script: the sign-in and the refusals. They work before, beside and without AdminJS. */
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

interface PlainPage {
  readonly title: string;
  /** HTML; whatever comes from a person has been escaped. */
  readonly body: string;
}

export function plainPage({ title, body }: PlainPage): string {
  return `<!doctype html>
<html lang="fa" dir="rtl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · داوطلب</title>
<link rel="icon" href="/admin/static/emblem.svg" type="image/svg+xml">
<link rel="stylesheet" href="/admin/static/panel.css">
</head>
<body class="dv-plain">
<main class="dv-plain-card">
<img class="dv-plain-emblem" src="/admin/static/emblem.svg" alt="" width="56" height="56">
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>`;
}
