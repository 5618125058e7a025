/** How the identity stands, and the way by a document where no card works: one proposes, a second confirms. */
import { useCurrentAdmin } from 'adminjs';
import React, { useState } from 'react';
import type { ReviewProposal } from '../../../store/review-identity.ts';
import { IDENTITY_TEXTS } from '../../../domain/identity-texts.ts';
import { useWords } from '../words.ts';
import type { ReviewFile } from './file.ts';
import { IdentityQuestion, type IdentityAct, type IdentityStep } from './identity-question.tsx';

interface IdentityProps {
  readonly file: ReviewFile;
  readonly working: boolean;
  readonly act: IdentityAct;
}

export function Identity({ file, working, act }: IdentityProps) {
  const { word } = useWords();
  const [asked, setAsked] = useState<IdentityStep | null>(null);
  const { proposals, way } = file.identity;
  const open = proposals.find(({ state }) => state === 'proposed');
  const past = proposals.filter((one) => one !== open);
  const changed = file.identity.mobileChanges > 0;
  if (file.status !== 'awaiting-verification' && proposals.length === 0 && !changed) return null;
  const send: IdentityAct = (step, form) => {
    setAsked(null);
    act(step, form);
  };
  return (
    <section className="dv-card dv-identity">
      <h2>{word('identity.title')}</h2>
      {changed ? <p>{word('identity.numberChanged')}</p> : null}
      {way === null || changed ? <Checks file={file} /> : null}
      {open ? <Open file={file} proposal={open} working={working} ask={setAsked} /> : null}
      {file.identity.mayPropose ? (
        <div className="dv-identity-offer">
          <p>{word('identity.offer')}</p>
          <button type="button" className="dv-button" disabled={working} onClick={() => setAsked('propose')}>
            {word('identity.propose')}
          </button>
        </div>
      ) : null}
      <Obstacle file={file} />
      {past.length > 0 ? <Past proposals={past} /> : null}
      {asked ? (
        <IdentityQuestion
          file={file}
          step={asked}
          proposal={open}
          send={send}
          cancel={() => setAsked(null)}
        />
      ) : null}
    </section>
  );
}

const TONES: Readonly<Record<string, string>> = { confirmed: 'good', refused: 'bad' };

function Checks({ file: { identity } }: Pick<IdentityProps, 'file'>) {
  const { word, value } = useWords();
  const checks = [
    ['line', identity.line, identity.lineReason],
    ['person', identity.person, identity.personReason],
    ['card', identity.card, identity.cardReason],
  ] as const;
  return (
    <dl className="dv-checks">
      {checks.map(([name, state, reason]) => (
        <div key={name}>
          <dt>{word(`identity.${name}`)}</dt>
          <dd>
            <span className={`dv-badge dv-badge-${TONES[state] ?? 'neutral'}`}>{value(state)}</span>
          </dd>
          {reason ? (
            <dd className="dv-hint">{word('identity.candidateReads', { text: IDENTITY_TEXTS[reason] })}</dd>
          ) : null}
        </div>
      ))}
    </dl>
  );
}

interface OpenProps {
  readonly file: ReviewFile;
  readonly proposal: ReviewProposal;
  readonly working: boolean;
  readonly ask: (step: IdentityStep) => void;
}

function Open({ file, proposal, working, ask }: OpenProps) {
  const { word, dateTime } = useWords();
  const [admin] = useCurrentAdmin();
  const { document, reason, note, proposedAt, proposedBy, expiresAt, own } = proposal;
  const remote = admin?.['role'] === 'headquarters';
  const hint = own ? 'ownHint' : remote ? 'settleRemote' : 'settleHint';
  const name = proposedBy ?? word('identity.somebody');
  return (
    <div className="dv-proposal">
      <h3>{word('identity.open')}</h3>
      <p>
        <b>{word(`identity.documents.${document}`)}</b> · {word(`identity.reasons.${reason}`)}
      </p>
      {note ? <blockquote dir="auto">{note}</blockquote> : null}
      <p className="dv-hint">
        {word('identity.proposedBy', { name, date: dateTime(proposedAt) })}.{' '}
        {word('identity.until', { date: dateTime(expiresAt) })}
      </p>
      <p>{word(`identity.${hint}`)}</p>
      <div className="dv-proposal-actions">
        {file.identity.maySettle ? (
          <>
            <Act tone="approve" step="confirm" working={working} ask={ask} />
            <Act tone="danger" step="decline" working={working} ask={ask} />
          </>
        ) : null}
        {own ? <Act tone="quiet" step="takeBack" working={working} ask={ask} /> : null}
      </div>
    </div>
  );
}

interface ActProps extends Pick<OpenProps, 'working' | 'ask'> {
  readonly tone: string;
  readonly step: IdentityStep;
}

function Act({ tone, step, working, ask }: ActProps) {
  const { word } = useWords();
  const look = tone === 'quiet' ? 'dv-button' : `dv-button dv-${tone}`;
  return (
    <button type="button" className={look} disabled={working} onClick={() => ask(step)}>
      {word(`identity.${step}`)}
    </button>
  );
}

/** What no document can mend; that the identity is proven already needs no word. */
const OBSTACLES = ['line-not-own', 'already-registered', 'person-not-found', 'person-not-alive'];

function Obstacle({ file: { identity, status } }: Pick<IdentityProps, 'file'>) {
  const { word } = useWords();
  const { obstacle } = identity;
  if (obstacle === null || status !== 'awaiting-verification' || !OBSTACLES.includes(obstacle)) return null;
  return <p className="dv-obstacle">{word(`identity.obstacle.${obstacle}`)}</p>;
}

function Past({ proposals }: { proposals: readonly ReviewProposal[] }) {
  const { word, value, dateTime } = useWords();
  return (
    <div className="dv-past-proposals">
      <h3>{word('identity.past')}</h3>
      <ul>
        {proposals.map((one) => (
          <li key={one.id}>
            <b>{word(`identity.documents.${one.document}`)}</b>
            <span className={`dv-badge dv-badge-${one.state === 'confirmed' ? 'good' : 'quiet'}`}>
              {value(one.state)}
            </span>
            {[
              word('identity.proposedBy', {
                name: one.proposedBy ?? word('identity.somebody'),
                date: dateTime(one.proposedAt),
              }),
              settledBy(one, { word, value, dateTime }),
              one.declineReason ? word(`identity.declines.${one.declineReason}`) : '',
              one.outcome === 'pending' || one.outcome === 'refused' ? word(`identity.${one.outcome}`) : '',
            ].map((line) => (line ? <small key={line}>{line}</small> : null))}
          </li>
        ))}
      </ul>
    </div>
  );
}

type Speech = Pick<ReturnType<typeof useWords>, 'word' | 'value' | 'dateTime'>;

/** By whom, where that is not said by the state itself; empty for what has ended by its time. */
function settledBy(proposal: ReviewProposal, { word, value, dateTime }: Speech): string {
  const { state, settledAt, settledBy: by } = proposal;
  if (settledAt === null || state === 'expired' || state === 'taken-back') return '';
  const name = by ?? word('identity.headquarters');
  return word('identity.settled', { state: value(state), date: dateTime(settledAt), name });
}
