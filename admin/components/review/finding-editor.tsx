/** The «نقص» button beside an item, and the reason and note that it opens. */
import React, { useEffect, useId, useRef } from 'react';
import { NOTE_MAX_LENGTH } from '../../../domain/defects.ts';
import { Icon } from '../parts.tsx';
import { useWords } from '../words.ts';
import type { Desk } from './file.ts';

interface Item {
  readonly desk: Desk;
  readonly target: string;
  readonly title: string;
}

export function FindingButton({ desk, target, title }: Item) {
  const { word } = useWords();
  if (!desk.open) return null;
  const noted = desk.findings[target] !== undefined;
  return (
    <button
      type="button"
      className="dv-flag"
      aria-pressed={noted}
      aria-label={noted ? word('review.removeDefect') : word('review.defectOf', { title })}
      onClick={() => desk.note(target, noted ? null : { title, reason: '', note: '' })}
    >
      <Icon name="flag" size={16} />
      <span>{word('review.defect')}</span>
    </button>
  );
}

export function FindingEditor({ desk, target, title }: Item) {
  const { word } = useWords();
  const id = useId();
  const select = useRef<HTMLSelectElement>(null);
  const finding = desk.findings[target];
  const noted = finding !== undefined;
  useEffect(() => {
    if (noted) select.current?.focus({ preventScroll: true });
  }, [noted]);
  if (!finding) return null;
  const kind = target.startsWith('/documents/') ? 'document' : 'answer';
  const reasons = desk.file.defectReasons.filter(({ appliesTo }) => appliesTo === kind);
  const chosen = reasons.find(({ code }) => code === finding.reason);
  return (
    <div className="dv-finding" role="group" aria-label={word('review.defectOf', { title })}>
      <label htmlFor={`${id}-reason`}>{word('review.reason')}</label>
      <select
        id={`${id}-reason`}
        ref={select}
        value={finding.reason}
        onChange={(event) => desk.note(target, { ...finding, reason: event.target.value })}
      >
        <option value="">{word('review.chooseReason')}</option>
        {reasons.map((reason) => (
          <option key={reason.code} value={reason.code}>
            {reason.title}
          </option>
        ))}
      </select>
      {chosen ? <p className="dv-hint">{chosen.whatToDo}</p> : null}
      <label htmlFor={`${id}-note`}>{word('review.note')}</label>
      <textarea
        id={`${id}-note`}
        rows={2}
        maxLength={NOTE_MAX_LENGTH}
        value={finding.note}
        onChange={(event) => desk.note(target, { ...finding, note: event.target.value })}
      />
    </div>
  );
}
