/** What candidates should know before a step: what they read now, one more, and the end of one. */
import { useNotice } from 'adminjs';
import React, { useState, type FormEvent } from 'react';
import { NOTICE_LENGTH_MAX, NOTICE_STEPS } from '../../../domain/provider.ts';
import { recordCall, send } from '../calls.ts';
import { Confirm } from '../confirm.tsx';
import { useList, type ListedRecord } from '../listing.ts';
import { SectionFrame } from '../section-frame.tsx';
import { useWords } from '../words.ts';

const WRITE = '/resources/notices/actions/writeNotice';

export function Notices() {
  const { word } = useWords();
  const [loaded, again] = useList({
    resource: 'notices',
    page: 1,
    perPage: 100,
    sortBy: 'since',
    direction: 'desc',
  });
  const lead = `${word('notices.hint')} ${word('notices.providers')}`;
  return (
    <SectionFrame section="notices" lead={lead} loaded={loaded} again={again}>
      {({ records }) => <All records={records} again={again} />}
    </SectionFrame>
  );
}

interface AllProps {
  readonly records: readonly ListedRecord[];
  readonly again: () => void;
}

function All({ records, again }: AllProps) {
  const { word } = useWords();
  const now = records.filter(({ params }) => !params['endedAt']);
  const past = records.filter(({ params }) => params['endedAt']);
  return (
    <>
      <section className="dv-card">
        <h2>{word('notices.now')}</h2>
        {now.length === 0 ? <p className="dv-none">{word('notices.none')}</p> : null}
        <ul className="dv-rows">
          {now.map((record) => (
            <Shown key={record.id} record={record} again={again} />
          ))}
        </ul>
      </section>
      <Write again={again} />
      {past.length > 0 ? <Past past={past} /> : null}
    </>
  );
}

function Shown({ record: { id, params }, again }: { record: ListedRecord; again: () => void }) {
  const { word, value, dateTime } = useWords();
  const addNotice = useNotice();
  const [asked, setAsked] = useState(false);
  const [problem, setProblem] = useState('');
  const end = (): void => {
    setAsked(false);
    send(recordCall('notices', id, 'endNotice'), {}).then(
      ({ notice }) => {
        if (notice) addNotice(notice);
        again();
      },
      () => setProblem(word('review.sendFailed')),
    );
  };
  const by = { date: dateTime(String(params['since'])), name: String(params['writtenBy'] ?? '') };
  return (
    <li>
      <div className="dv-row">
        <div>
          <span className="dv-badge dv-badge-waiting">{value(String(params['step']))}</span>
          <small>{word('notices.by', by)}</small>
        </div>
        <button type="button" className="dv-button" onClick={() => setAsked(true)}>
          {word('notices.end')}
        </button>
      </div>
      <blockquote dir="auto">{params['text']}</blockquote>
      {problem ? (
        <p className="dv-problem" role="alert">
          {problem}
        </p>
      ) : null}
      {asked ? (
        <Confirm question={word('notices.endAsk')} confirm={end} cancel={() => setAsked(false)}>
          <p dir="auto">{params['text']}</p>
        </Confirm>
      ) : null}
    </li>
  );
}

function Write({ again }: { again: () => void }) {
  const { word, value } = useWords();
  const addNotice = useNotice();
  const [step, setStep] = useState('');
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    send(WRITE, { step, text }).then(
      ({ notice }) => {
        if (notice?.type !== 'success') return setProblem(notice?.message ?? word('review.sendFailed'));
        addNotice(notice);
        again();
      },
      () => setProblem(word('review.sendFailed')),
    );
  };
  return (
    <section className="dv-card">
      <h2>{word('notices.write')}</h2>
      <form onSubmit={submit}>
        <label className="dv-field">
          <span>{word('notices.step')}</span>
          <select required value={step} onChange={(event) => setStep(event.target.value)}>
            <option value="">{word('notices.chooseStep')}</option>
            {NOTICE_STEPS.map((one) => (
              <option key={one} value={one}>
                {value(one)}
              </option>
            ))}
          </select>
        </label>
        <label className="dv-field">
          <span>{word('notices.text')}</span>
          <textarea
            rows={3}
            required
            maxLength={NOTICE_LENGTH_MAX}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        {problem ? (
          <p className="dv-problem" role="alert">
            {problem}
          </p>
        ) : null}
        <button type="submit" className="dv-button dv-primary">
          {word('notices.publish')}
        </button>
      </form>
    </section>
  );
}

function Past({ past }: { past: readonly ListedRecord[] }) {
  const { word, value, dateTime } = useWords();
  return (
    <section className="dv-card">
      <h2>{word('notices.past')}</h2>
      <ul className="dv-rows">
        {past.map(({ id, params }) => (
          <li key={id}>
            <span className="dv-badge">{value(String(params['step']))}</span>
            <small>
              {word('notices.ended', {
                from: dateTime(String(params['since'])),
                to: dateTime(String(params['endedAt'])),
              })}
            </small>
            <p dir="auto">{params['text']}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
