/** Prints docs/lifecycle.md from the table that the system obeys: `npx tsx scripts/print-lifecycle.ts`; `--check` only compares. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { FA } from '../admin/locale/fa.ts';
import {
  COMMAND_KINDS,
  legalCommands,
  ruling,
  STATUSES,
  whoseMove,
  type CommandKind,
  type Status,
} from '../domain/lifecycle.ts';
import { REFUSALS, type RefusalCode } from '../domain/refusals.ts';

export const LIFECYCLE_PAGE = fileURLToPath(new URL('../docs/lifecycle.md', import.meta.url));

const SENDERS: Readonly<Record<CommandKind, string>> = {
  registration: 'the candidate opens the registration',
  verification: 'the candidate starts the bank step with a card',
  bankReturn: 'the bank sends the browser back',
  identityProof:
    'the governorate has seen the candidate and a document, and a second member of staff confirms it',
  submission: 'the candidate submits the questionnaire, the first time or corrected',
  confirmation: 'the candidate confirms by a code what was submitted when none could be sent',
  corrections: 'the governorate returns it with defects',
  approval: 'the governorate approves',
  rejection: 'the governorate rejects',
  withdrawal: 'the candidate withdraws',
  mobileChange: 'the candidate has changed the number, which is asked about anew',
  windowChange: 'headquarters move the end of the window',
  expiry: 'the deadline passes',
};

const code = (text: string) => `\`${text}\``;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function statusRow(status: Status): string[] {
  const legal = legalCommands(status).map(code).join(', ');
  return [code(status), FA.components.value[status], whoseMove(status), legal || 'none'];
}

function rulingRow(command: CommandKind): string[] {
  return [
    code(command),
    ...STATUSES.map((status) => {
      const verdict = ruling(status, command);
      return verdict === 'legal' ? '**yes**' : verdict;
    }),
  ];
}

function refusalRow(refusal: RefusalCode): string[] {
  const { status, title } = REFUSALS[refusal];
  return [code(refusal), String(status), title.en, title.fa];
}

function refusalsOfTheTable(): RefusalCode[] {
  const rulings = STATUSES.flatMap((status) => COMMAND_KINDS.map((command) => ruling(status, command)));
  return [...new Set(rulings.filter((verdict) => verdict !== 'legal'))].toSorted();
}

/** The page as Prettier would leave it. */
export function renderLifecycle(): Promise<string> {
  const page = `
# Lifecycle of a registration

Printed from \`domain/lifecycle.ts\` by \`npx tsx scripts/print-lifecycle.ts\`; a test fails when the two differ. Do not edit.

## Statuses: whose move is it, and what is legal

${table(['status', 'in Persian', 'whose move', 'legal commands'], STATUSES.map(statusRow))}

## Commands: who sends them

${table(
  ['command', 'what happens'],
  COMMAND_KINDS.map((command) => [code(command), SENDERS[command]]),
)}

## Each command in each status: legal, or the code of its refusal

${table(['command', ...STATUSES], COMMAND_KINDS.map(rulingRow))}

A registration is opened once, by the \`registration\` command that creates it; every later one is refused.
\`corrections\`, \`approval\` and \`rejection\` carry the revision that the reviewer saw; on another revision they are
refused with \`stale-revision\` although the status would allow them. While the submission waits for the candidate's
code they are refused with \`awaiting-code\`, and only then \`confirmation\` has anything to confirm
(\`already-confirmed\`); it is the candidate's move then.

## The refusals

${table(['code', 'HTTP', 'in English', 'in Persian'], refusalsOfTheTable().map(refusalRow))}
`;
  return format(page, { parser: 'markdown', printWidth: 110 });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = await renderLifecycle();
  if (!process.argv.includes('--check')) {
    writeFileSync(LIFECYCLE_PAGE, page);
  } else if (readFileSync(LIFECYCLE_PAGE, 'utf8') !== page) {
    process.stderr.write(
      'docs/lifecycle.md is not what the table says; run: npx tsx scripts/print-lifecycle.ts\n',
    );
    process.exitCode = 1;
  }
}
