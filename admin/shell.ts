/**
 * The page of AdminJS, made safe and Persian. Its template prints state into a script without escaping (a name with
 * `</script>` in it would run), asks Google for a font, and knows no direction of writing.
 */

/** The page as it may be sent, with the nonce on each of its scripts. */
export function finishShell(html: string, nonce: string): string {
  return (
    html
      .trimStart()
      // First the escape, then the nonce: the other way round would bless an injected script.
      .replace(/(?<=window\.(?:REDUX_STATE|THEME) = ).*(?=;\n)/g, (json) =>
        json.replace(/</g, '\\u003c').replace(/[\u2028\u2029]/g, ' '),
      )
      .replace(/<html lang=\w+>/, '<html lang="fa" dir="rtl">')
      .replace(/<link[^>]+fonts\.googleapis\.com[^>]*>/g, '')
      .replace(
        /<link rel="shortcut icon"[^>]*>/g,
        '<link rel="icon" href="/admin/static/emblem.svg" type="image/svg+xml">',
      )
      .replace(/<script(?=[\s>])/g, () => `<script nonce="${nonce}"`)
  );
}
