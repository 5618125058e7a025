/** Numbers that wrong codes have locked: finds the one that a caller says, and opens it. It goes in a POST and into no address. */
import { useCurrentAdmin, useNotice } from 'adminjs';
import React, { useState, type FormEvent } from 'react';
import { FAILURES_PER_LOCK, LIFT_REASON_LENGTH_MAX } from '../../domain/code-lock.ts';
import { HELP_LINE } from '../../domain/messages.ts';
import type { LockedLane, LockLift, NumberLock } from '../../store/code-lock-lifts.ts';
import { send, type Answer } from './calls.ts';
import { Confirm } from './confirm.tsx';
import { useList, type ListedRecord } from './listing.ts';
import { SectionFrame } from './section-frame.tsx';
import { useWords } from './words.ts';

const ACTIONS = '/resources/code-locks/actions';

export function CodeLocks() {
  const { word } = useWords();
  const [loaded, again] = useList({
    resource: 'code-locks',
    page: 1,
    perPage: 50,
    sortBy: 'liftedAt',
    direction: 'desc',
  });
  const frame = { section: 'code-locks', lead: word('locks.hint'), loaded, again };
  return (
    <SectionFrame {...frame} tools={<FindLock lifted={again} />}>
      {({ records }) => <Past records={records} />}
    </SectionFrame>
  );
}

interface LockAnswer extends Answer {
  readonly lock: NumberLock | null;
}

interface Found {
  readonly mobile: string;
  readonly lock: NumberLock;
}

function FindLock({ lifted }: { lifted: () => void }) {
  const { word, digits } = useWords();
  const [admin] = useCurrentAdmin();
  const [mobile, setMobile] = useState('');
  const [problem, setProblem] = useState('');
  const [found, setFound] = useState<Found | null>(null);
  const find = async (): Promise<void> => {
    setFound(null);
    setProblem('');
    const { notice, lock } = await send<LockAnswer>(`${ACTIONS}/findLock`, { mobile });
    if (notice?.type !== 'success') return setProblem(notice?.message ?? word('review.sendFailed'));
    if (lock) return setFound({ mobile, lock });
    const everywhere = admin?.['role'] === 'headquarters';
    setProblem(word(everywhere ? 'locks.nothing' : 'locks.nothingHere', { line: digits(HELP_LINE) }));
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void find().catch(() => setProblem(word('review.sendFailed')));
  };
  const done = (): void => {
    setFound(null);
    setMobile('');
    lifted();
  };
  return (
    <>
      <section className="dv-card dv-look-up">
        <form onSubmit={submit}>
          <label className="dv-field">
            <span>{word('locks.mobile')}</span>
            <input
              required
              dir="ltr"
              type="tel"
              autoComplete="off"
              maxLength={20}
              value={mobile}
              onChange={(event) => setMobile(event.target.value)}
            />
          </label>
          <button type="submit" className="dv-button dv-primary">
            {word('locks.find')}
          </button>
        </form>
        {problem ? (
          <p className="dv-problem" role="alert">
            {problem}
          </p>
        ) : null}
      </section>
      {found ? <Locked key={found.mobile} {...found} done={done} /> : null}
    </>
  );
}

function Locked({ mobile, lock: { lanes, earlier }, done }: Found & { done: () => void }) {
  const { word, digits } = useWords();
  const closed = lanes.some(({ until }) => until === null);
  return (
    <section className="dv-card" role="status">
      <h2>
        <bdi dir="ltr">{digits(mobile)}</bdi>
      </h2>
      {lanes.map((lane) => (
        <Lane key={lane.lane} {...lane} />
      ))}
      {earlier.length > 0 ? (
        <>
          <p>{word('locks.earlier')}</p>
          <Lifts lifts={earlier} />
          <p className="dv-hint">{word('locks.earlierHint')}</p>
        </>
      ) : null}
      <p>{word('locks.who')}</p>
      <p className="dv-hint">
        {closed ? '' : word('locks.effectLocked')} {word('locks.effect', { n: FAILURES_PER_LOCK })}
      </p>
      <Lift mobile={mobile} done={done} />
    </section>
  );
}

function Lane({ lane, failures, since, until }: LockedLane) {
  const { word, dateTime } = useWords();
  return (
    <dl className="dv-facts">
      <div>
        <dt>{word('locks.where')}</dt>
        <dd>
          {word(`locks.lane.${lane}`)}{' '}
          <span className="dv-badge dv-badge-bad">
            {until ? word('locks.locked', { date: dateTime(until) }) : word('locks.closed')}
          </span>
        </dd>
      </div>
      <div>
        <dt>{word('locks.failures')}</dt>
        <dd>{word('locks.times', { n: failures })}</dd>
      </div>
      <div>
        <dt>{word('locks.since')}</dt>
        <dd>{since ? dateTime(since) : '—'}</dd>
      </div>
    </dl>
  );
}

function Lift({ mobile, done }: { mobile: string; done: () => void }) {
  const { word, digits } = useWords();
  const addNotice = useNotice();
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState('');
  const [asked, setAsked] = useState(false);
  const lift = async (): Promise<void> => {
    const { notice } = await send(`${ACTIONS}/liftLock`, { mobile, reason });
    if (notice?.type !== 'success') return setProblem(notice?.message ?? word('review.sendFailed'));
    addNotice(notice);
    done();
  };
  const liftOrSay = (): void => {
    setAsked(false);
    void lift().catch(() => setProblem(word('review.sendFailed')));
  };
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    setProblem('');
    setAsked(true);
  };
  return (
    <form className="dv-window-form" onSubmit={ask}>
      <label className="dv-field">
        <span>{word('locks.reason')}</span>
        <textarea
          rows={2}
          required
          maxLength={LIFT_REASON_LENGTH_MAX}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      {problem ? (
        <p className="dv-problem" role="alert">
          {problem}
        </p>
      ) : null}
      <button type="submit" className="dv-button dv-primary">
        {word('locks.open')}
      </button>
      {asked ? (
        <Confirm
          question={word('locks.ask', { mobile: `\u2066${digits(mobile)}\u2069` })}
          confirm={liftOrSay}
          cancel={() => setAsked(false)}
        >
          <p>{word('locks.note')}</p>
        </Confirm>
      ) : null}
    </form>
  );
}

function Past({ records }: { records: readonly ListedRecord[] }) {
  const { word } = useWords();
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  const lifts = records.map(({ params }) => ({
    at: String(params['liftedAt']),
    by: text(params['liftedBy']),
    reason: text(params['reason']),
  }));
  return (
    <section className="dv-card">
      <h2>{word('locks.past')}</h2>
      {lifts.length === 0 ? <p className="dv-none">{word('locks.noPast')}</p> : <Lifts lifts={lifts} />}
    </section>
  );
}

function Lifts({ lifts }: { lifts: readonly LockLift[] }) {
  const { word, dateTime } = useWords();
  return (
    <ul className="dv-rows">
      {lifts.map(({ at, by, reason }) => (
        <li key={at}>
          <small>{word('locks.by', { date: dateTime(at), name: by ?? word('locks.operator') })}</small>
          {reason ? <p dir="auto">{reason}</p> : null}
        </li>
      ))}
    </ul>
  );
}
