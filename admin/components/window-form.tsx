/** Headquarters moves the end of a window. */
import React, { useState, type FormEvent } from 'react';
import { useNotice } from 'adminjs';
import { recordCall, send } from './calls.ts';
import { Confirm } from './confirm.tsx';
import { fieldsOf, JalaliMoment, momentOf } from './jalali-moment.tsx';
import { useWords } from './words.ts';

export interface ElectionRow {
  readonly id: string;
  readonly title: string;
  readonly closesAt: string;
}

export function WindowForm({ election, done }: { election: ElectionRow; done: () => void }) {
  const words = useWords();
  const { word } = words;
  const addNotice = useNotice();
  const [fields, setFields] = useState(() => fieldsOf(election.closesAt));
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState('');
  const [asked, setAsked] = useState(false);
  const closesAt = momentOf(fields);

  const ask = (event: FormEvent): void => {
    event.preventDefault();
    setProblem(closesAt ? '' : word('dashboard.badDate'));
    setAsked(closesAt !== undefined);
  };
  const save = async (): Promise<void> => {
    setAsked(false);
    const { notice } = await send(recordCall('elections', election.id, 'window'), {
      closesAt: closesAt ?? '',
      reason,
    });
    if (notice?.type !== 'success') return setProblem(notice?.message ?? word('review.sendFailed'));
    addNotice(notice);
    done();
  };
  const saveOrSay = (): void => void save().catch(() => setProblem(word('review.sendFailed')));

  return (
    <form className="dv-window-form" onSubmit={ask}>
      <fieldset>
        <legend>{word('dashboard.newEnd')}</legend>
        <JalaliMoment fields={fields} change={setFields} />
      </fieldset>
      <label className="dv-field">
        <span>{word('dashboard.reason')}</span>
        <input required maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
      {problem ? (
        <p className="dv-problem" role="alert">
          {problem}
        </p>
      ) : null}
      <button type="submit" className="dv-button dv-primary">
        {word('dashboard.save')}
      </button>
      {asked && closesAt ? (
        <Confirm
          question={word('dashboard.confirm', { title: election.title, date: words.dateTime(closesAt) })}
          confirm={saveOrSay}
          cancel={() => setAsked(false)}
        >
          <p>{word('dashboard.windowsHint')}</p>
        </Confirm>
      ) : null}
    </form>
  );
}
