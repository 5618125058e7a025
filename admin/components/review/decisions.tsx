/** The bar with the three decisions, and the question before each. Which are offered, the law says. */
import React, { useState } from 'react';
import { NOTE_MAX_LENGTH } from '../../../domain/defects.ts';
import { whoseMove } from '../../../domain/lifecycle.ts';
import { Dialog } from '../dialog.tsx';
import { Icon } from '../parts.tsx';
import { useWords } from '../words.ts';
import { fullName, type Desk } from './file.ts';

export type DecisionName = 'approve' | 'return' | 'reject';
export type Form = Readonly<Record<string, string>>;

interface DecisionsProps {
  readonly desk: Desk;
  readonly working: boolean;
  readonly decide: (name: DecisionName, form: Form) => void;
}

export function Decisions({ desk, working, decide }: DecisionsProps) {
  const { word } = useWords();
  const [asked, setAsked] = useState<DecisionName | null>(null);
  if (!desk.open) return <Closed desk={desk} />;
  const findings = Object.values(desk.findings);
  const unreasoned = findings.filter(({ reason }) => reason === '').length;
  const confirm = (form: Form): void => {
    setAsked(null);
    if (asked) decide(asked, form);
  };
  return (
    <div className="dv-decisions" role="toolbar" aria-label={word('review.file')}>
      <p className="dv-hint" aria-live="polite">
        {working ? word('review.working') : hintOf(word, findings.length, unreasoned)}
      </p>
      <Offer desk={desk} kind="rejection" tone="danger" ready={!working} choose={() => setAsked('reject')}>
        {word('review.reject')}
      </Offer>
      <Offer
        desk={desk}
        kind="corrections"
        tone="return"
        ready={!working && findings.length > 0 && unreasoned === 0}
        choose={() => setAsked('return')}
      >
        <Icon name="flag" size={18} />
        {findings.length > 0 ? word('review.return', { n: findings.length }) : word('review.returnNone')}
      </Offer>
      <Offer
        desk={desk}
        kind="approval"
        tone="approve"
        ready={!working && findings.length === 0}
        choose={() => setAsked('approve')}
      >
        <Icon name="check" size={18} />
        {word('review.approve')}
      </Offer>
      <Question asked={asked} desk={desk} confirm={confirm} cancel={() => setAsked(null)} />
    </div>
  );
}

interface OfferProps {
  readonly desk: Desk;
  readonly kind: Desk['file']['offered'][number];
  readonly tone: 'danger' | 'return' | 'approve';
  readonly ready: boolean;
  readonly choose: () => void;
  readonly children: React.ReactNode;
}

/** The button of a decision, where the law offers it. */
function Offer({ desk, kind, tone, ready, choose, children }: OfferProps) {
  if (!desk.file.offered.includes(kind)) return null;
  return (
    <button type="button" className={`dv-button dv-${tone}`} disabled={!ready} onClick={choose}>
      {children}
    </button>
  );
}

interface QuestionProps extends AskProps {
  readonly asked: DecisionName | null;
  readonly confirm: (form: Form) => void;
}

/** What is asked before a decision is sent. */
function Question({ asked, desk, confirm, cancel }: QuestionProps) {
  if (asked === null) return null;
  if (asked === 'reject') return <AskRejection desk={desk} confirm={confirm} cancel={cancel} />;
  if (asked === 'approve') {
    return <Ask desk={desk} name="approve" confirm={() => confirm({})} cancel={cancel} />;
  }
  const findings = Object.entries(desk.findings);
  const defects = findings.map(([target, { reason, note }]) => ({
    target,
    reason,
    note: note.trim() || null,
  }));
  return (
    <Ask
      desk={desk}
      name="return"
      confirm={() => confirm({ defects: JSON.stringify(defects) })}
      cancel={cancel}
    >
      <ul className="dv-summary">
        {findings.map(([target, { title, reason }]) => (
          <li key={target}>
            <b>{title}</b>
            {desk.file.defectReasons.find(({ code }) => code === reason)?.title}
          </li>
        ))}
      </ul>
    </Ask>
  );
}

function Closed({ desk: { file } }: Pick<DecisionsProps, 'desk'>) {
  const { word } = useWords();
  // Nothing has been sent that could be decided; what can be done about the identity stands above.
  if (file.revision === 0) return null;
  const text =
    file.confirmation === 'awaited'
      ? word('review.awaitingCodeHint')
      : whoseMove(file.status) === 'governorate'
        ? word('review.theirs', { name: file.governorate.name })
        : word('review.notYours');
  return <p className="dv-decisions dv-decisions-closed">{text}</p>;
}

function hintOf(word: ReturnType<typeof useWords>['word'], findings: number, unreasoned: number): string {
  if (findings === 0) return word('review.pickDefect');
  return unreasoned > 0 ? word('review.reasonMissing', { n: unreasoned }) : word('review.approveBlocked');
}

interface AskProps {
  readonly desk: Desk;
  readonly cancel: () => void;
}

function Ask({
  desk,
  name,
  confirm,
  cancel,
  children,
}: AskProps & { name: DecisionName; confirm: () => void; children?: React.ReactNode }) {
  const { word } = useWords();
  const n = Object.keys(desk.findings).length;
  return (
    <Dialog title={word(`review.${name}Ask`, { name: fullName(desk.file), n })} close={cancel}>
      <p>{word(`review.${name}Note`)}</p>
      {children}
      <div className="dv-dialog-actions">
        <button type="button" className={`dv-button dv-${name}`} onClick={confirm} autoFocus>
          {word('review.confirm')}
        </button>
        <button type="button" className="dv-button" onClick={cancel}>
          {word('review.cancel')}
        </button>
      </div>
    </Dialog>
  );
}

function AskRejection({ desk, confirm, cancel }: AskProps & { confirm: (form: Form) => void }) {
  const { word } = useWords();
  const [reason, setReason] = useState('');
  const [note, setNote] = useState('');
  return (
    <Dialog title={word('review.rejectAsk', { name: fullName(desk.file) })} close={cancel}>
      <p>{word('review.rejectNote')}</p>
      <label className="dv-field">
        <span>{word('review.rejectReason')}</span>
        <select autoFocus value={reason} onChange={(event) => setReason(event.target.value)}>
          <option value="">{word('review.chooseReason')}</option>
          {desk.file.rejectionReasons.map(({ code, title }) => (
            <option key={code} value={code}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <label className="dv-field">
        <span>{word('review.rejectNoteLabel')}</span>
        <textarea
          rows={3}
          maxLength={NOTE_MAX_LENGTH}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </label>
      <div className="dv-dialog-actions">
        <button
          type="button"
          className="dv-button dv-reject"
          disabled={reason === ''}
          onClick={() => confirm({ reason, note })}
        >
          {word('review.confirm')}
        </button>
        <button type="button" className="dv-button" onClick={cancel}>
          {word('review.cancel')}
        </button>
      </div>
    </Dialog>
  );
}
