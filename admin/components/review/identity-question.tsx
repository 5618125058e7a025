/** What is asked before a step of an identity in person is sent; the particulars stand beside it, to be compared. */
import React, { useState, type FormEvent, type ReactNode } from 'react';
import { NOTE_MAX_LENGTH } from '../../../domain/defects.ts';
import { DECLINE_REASONS, IDENTITY_DOCUMENTS, IN_PERSON_REASONS } from '../../../domain/identity-proof.ts';
import type { ReviewProposal } from '../../../store/review-identity.ts';
import { Dialog } from '../dialog.tsx';
import { useWords } from '../words.ts';
import { fullName, type ReviewFile } from './file.ts';

export type IdentityStep = 'propose' | 'confirm' | 'decline' | 'takeBack';
export type IdentityAct = (step: IdentityStep, form: Readonly<Record<string, string>>) => void;

interface QuestionProps {
  readonly file: ReviewFile;
  readonly step: IdentityStep;
  readonly proposal: ReviewProposal | undefined;
  readonly send: IdentityAct;
  readonly cancel: () => void;
}

export function IdentityQuestion({ file, step, proposal, send, cancel }: QuestionProps) {
  const { word } = useWords();
  const name = fullName(file) || word('list.unknown');
  if (step === 'propose') {
    return (
      <Dialog title={word('identity.proposeAsk', { name })} close={cancel}>
        <Propose file={file} send={(form) => send('propose', form)} cancel={cancel} />
      </Dialog>
    );
  }
  if (proposal === undefined) return null;
  const about = { proposal: proposal.id };
  const document = word(`identity.documents.${proposal.document}`);
  return (
    <Dialog title={word(`identity.${step}Ask`, { name, document })} close={cancel}>
      {step === 'decline' ? (
        <Decline send={(form) => send('decline', { ...about, ...form })} cancel={cancel} />
      ) : (
        <>
          <p>{word(`identity.${step}Note`)}</p>
          {step === 'confirm' ? <Particulars file={file} /> : null}
          <Answers cancel={cancel}>
            <button
              type="button"
              className={`dv-button ${step === 'confirm' ? 'dv-approve' : 'dv-primary'}`}
              onClick={() => send(step, about)}
              autoFocus
            >
              {word('review.confirm')}
            </button>
          </Answers>
        </>
      )}
    </Dialog>
  );
}

function Answers({ cancel, children }: { cancel: () => void; children: ReactNode }) {
  const { word } = useWords();
  return (
    <div className="dv-dialog-actions">
      {children}
      <button type="button" className="dv-button" onClick={cancel}>
        {word('review.cancel')}
      </button>
    </div>
  );
}

/** What stands on every document of the list. */
function Particulars({ file: { person } }: { file: ReviewFile }) {
  const { word, property, digits, date } = useWords();
  const rows = [
    [property('name'), `${person['firstName'] ?? ''} ${person['lastName'] ?? ''}`.trim() || '—'],
    [word('review.fatherName'), person['fatherName'] ?? '—'],
    [word('review.nationalId'), digits(person['nationalId'] ?? '')],
    [word('review.birthDate'), date(`${person['birthDate'] ?? ''}T12:00:00Z`)],
  ];
  return (
    <>
      <p>{word('identity.compare')}</p>
      <dl className="dv-compare">
        {rows.map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

interface FormProps {
  readonly send: (form: Readonly<Record<string, string>>) => void;
  readonly cancel: () => void;
}

function Propose({ file, send, cancel }: FormProps & { file: ReviewFile }) {
  const { word } = useWords();
  const [document, setDocument] = useState('');
  const [reason, setReason] = useState('');
  const [note, setNote] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    send({ document, reason, note });
  };
  return (
    <form onSubmit={submit}>
      <Particulars file={file} />
      <fieldset className="dv-choices">
        <legend>{word('identity.document')}</legend>
        {IDENTITY_DOCUMENTS.map(({ code }, index) => (
          <label key={code}>
            <input
              type="radio"
              name="document"
              required
              autoFocus={index === 0}
              checked={document === code}
              onChange={() => setDocument(code)}
            />
            {word(`identity.documents.${code}`)}
          </label>
        ))}
      </fieldset>
      <label className="dv-field">
        <span>{word('identity.reason')}</span>
        <select required value={reason} onChange={(event) => setReason(event.target.value)}>
          <option value="">{word('review.chooseReason')}</option>
          {IN_PERSON_REASONS.map(({ code }) => (
            <option key={code} value={code}>
              {word(`identity.reasons.${code}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="dv-field">
        <span>{word('identity.note')}</span>
        <textarea
          rows={2}
          maxLength={NOTE_MAX_LENGTH}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </label>
      <Answers cancel={cancel}>
        <button type="submit" className="dv-button dv-primary">
          {word('identity.send')}
        </button>
      </Answers>
    </form>
  );
}

function Decline({ send, cancel }: FormProps) {
  const { word } = useWords();
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    send({ reason });
  };
  return (
    <form onSubmit={submit}>
      <label className="dv-field">
        <span>{word('identity.declineReason')}</span>
        <select required autoFocus value={reason} onChange={(event) => setReason(event.target.value)}>
          <option value="">{word('review.chooseReason')}</option>
          {DECLINE_REASONS.map(({ code }) => (
            <option key={code} value={code}>
              {word(`identity.declines.${code}`)}
            </option>
          ))}
        </select>
      </label>
      <Answers cancel={cancel}>
        <button type="submit" className="dv-button dv-reject">
          {word('review.confirm')}
        </button>
      </Answers>
    </form>
  );
}
