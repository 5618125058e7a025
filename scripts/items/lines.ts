/** An item as it is printed: its state, and under it the tests, a few of each file. */
import type { Item } from './join.ts';

const MARKS = { passed: 'passed', part: 'part', failed: 'FAILED', open: 'open' } as const;
const INDENT = ' '.repeat(16);
/** A table with a row for each case has hundreds; these many tell what it is about. */
const SHOWN_PER_FILE = 5;

function linesOfFile(file: string, proofs: Item['proofs']): string[] {
  const failed = proofs.filter(({ passed }) => !passed);
  const passed = proofs.filter((proof) => proof.passed);
  const shown = [...failed, ...passed.slice(0, SHOWN_PER_FILE)];
  const lines = shown.map((proof) => `${INDENT}${proof.passed ? '✓' : '✗'} ${file}: ${proof.name}`);
  const more = passed.length - SHOWN_PER_FILE;
  return more > 0 ? [...lines, `${INDENT}✓ ${file}: and ${more} more`] : lines;
}

/** `relative` makes the path of a file short. What failed is always shown. */
export function linesOf(item: Item, relative: (path: string) => string): string[] {
  const { id, title, state, proofs, remains } = item;
  const files = [...new Set(proofs.map(({ file }) => file))];
  return [
    `${id.padEnd(7)} ${MARKS[state].padEnd(6)}  ${title}`,
    ...files.flatMap((file) =>
      linesOfFile(
        relative(file),
        proofs.filter((proof) => proof.file === file),
      ),
    ),
    ...(proofs.length > 0 && remains !== null ? [`${INDENT}… not shown: ${remains}`] : []),
  ];
}
