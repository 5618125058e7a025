/** The desk: what waits, since when, and one button to begin. */
import { useCurrentAdmin } from 'adminjs';
import React, { useState } from 'react';
import { Link } from 'react-router-dom';
import type { QueueState } from '../../store/waiting.ts';
import { useRead, type Answer } from './calls.ts';
import { Empty, Failed, Icon, Loading } from './parts.tsx';
import { WindowForm, type ElectionRow } from './window-form.tsx';
import { useWords } from './words.ts';

interface DashboardAnswer extends Answer {
  readonly off: readonly {
    readonly provider: string;
    readonly text: string | null;
    readonly since: string;
  }[];
  readonly queue: QueueState;
  readonly elections: readonly ElectionRow[];
}

export const PROPOSALS = '/admin/resources/identity-proposals';
export const WAITING_LIST = '/admin/resources/registrations';
export const fileLink = (id: string): string => `/admin/resources/registrations/records/${id}/show`;

export function Dashboard() {
  const { word } = useWords();
  const [admin] = useCurrentAdmin();
  const [loaded, again] = useRead<DashboardAnswer>('/dashboard');
  return (
    <main className="dv-page">
      <h1>{word('dashboard.greeting', { name: String(admin?.['name'] ?? '') })}</h1>
      {loaded.state === 'loading' ? <Loading /> : null}
      {loaded.state === 'failed' ? <Failed text={word('list.failed')} again={again} /> : null}
      {loaded.state === 'ready' ? <Desk {...loaded.body} again={again} /> : null}
    </main>
  );
}

function Desk({ off, queue, elections, again }: DashboardAnswer & { again: () => void }) {
  const { word } = useWords();
  return (
    <>
      <Off off={off} />
      <Proposed proposals={queue.proposals} />
      <Oldest oldest={queue.oldest} />
      <div className="dv-figures">
        <Figure tone="waiting" title={word('dashboard.waiting')} count={queue.waiting} to={WAITING_LIST}>
          {word('dashboard.waitingHint', { n: queue.waitingFirstTime })}
        </Figure>
        <Figure
          tone="candidate"
          title={word('dashboard.returned')}
          count={queue.returned}
          to={`${WAITING_LIST}?tab=returned`}
        >
          {word('dashboard.returnedHint')}
        </Figure>
        <Figure
          tone="good"
          title={word('dashboard.approvedToday')}
          count={queue.approvedToday}
          to={`${WAITING_LIST}?tab=approved`}
        >
          {word('dashboard.todayHint')}
        </Figure>
        <Figure
          tone="bad"
          title={word('dashboard.rejectedToday')}
          count={queue.rejectedToday}
          to={`${WAITING_LIST}?tab=rejected`}
        >
          {word('dashboard.todayHint')}
        </Figure>
      </div>
      <div className="dv-columns">
        {queue.constituencies.length > 0 ? <ByConstituency queue={queue} /> : null}
        {elections.length > 0 ? <Windows elections={elections} again={again} /> : null}
      </div>
    </>
  );
}

/** What candidates may ask about today: a provider that headquarters has turned off, and what they read of it. */
function Off({ off }: Pick<DashboardAnswer, 'off'>) {
  const { word, value, dateTime } = useWords();
  if (off.length === 0) return null;
  return (
    <section className="dv-card dv-off" role="status">
      <h2>{word('providers.deskTitle')}</h2>
      <ul className="dv-rows">
        {off.map(({ provider, text, since }) => (
          <li key={provider}>
            <b>{value(provider)}</b> {word('providers.since', { date: dateTime(since) })}
            {text ? <small>{word('identity.candidateReads', { text })}</small> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A candidate stands at the desk, or has just left it, while these wait. */
function Proposed({ proposals: { open, own } }: Pick<QueueState, 'proposals'>) {
  const { word } = useWords();
  if (open === 0) return null;
  return (
    <section className="dv-card dv-oldest dv-proposed">
      <div>
        <h2>{word('proposals.deskTitle', { n: open })}</h2>
        <p>
          {word('proposals.deskHint')} {own > 0 ? word('proposals.deskOwn', { n: own }) : ''}
        </p>
      </div>
      <div className="dv-oldest-actions">
        <Link className="dv-button" to={PROPOSALS}>
          {word('proposals.see')}
        </Link>
      </div>
    </section>
  );
}

function Oldest({ oldest }: Pick<QueueState, 'oldest'>) {
  const { word, since, dateTime } = useWords();
  const [admin] = useCurrentAdmin();
  if (!oldest) {
    return (
      <Empty>
        <Icon name="check" size={32} />
        <h2>{word('dashboard.nothing')}</h2>
        <p>{word('dashboard.nothingHint')}</p>
      </Empty>
    );
  }
  const { id, waitingSince } = oldest;
  return (
    <section className="dv-card dv-oldest">
      <div>
        <h2>{word('dashboard.oldest')}</h2>
        <p>
          {word('dashboard.oldestSince', { duration: since(waitingSince), date: dateTime(waitingSince) })}
        </p>
      </div>
      <div className="dv-oldest-actions">
        <Link className="dv-button dv-primary" to={fileLink(id)}>
          {word(admin?.['role'] === 'reviewer' ? 'dashboard.start' : 'dashboard.look')}
        </Link>
        <Link className="dv-button" to={WAITING_LIST}>
          {word('dashboard.list')}
        </Link>
      </div>
    </section>
  );
}

interface FigureProps {
  readonly tone: string;
  readonly title: string;
  readonly count: number;
  readonly to: string;
  readonly children: string;
}

function Figure({ tone, title, count, to, children }: FigureProps) {
  const { digits } = useWords();
  return (
    <Link className={`dv-card dv-figure dv-figure-${tone}`} to={to}>
      <span>{title}</span>
      <b>{digits(count)}</b>
      <small>{children}</small>
    </Link>
  );
}

function ByConstituency({ queue }: { queue: QueueState }) {
  const { word, digits } = useWords();
  const most = Math.max(...queue.constituencies.map(({ waiting }) => waiting));
  return (
    <section className="dv-card">
      <h2>{word('dashboard.byConstituency')}</h2>
      <ul className="dv-bars">
        {queue.constituencies.map(({ id, title, waiting }) => (
          <li key={id}>
            <Link to={`${WAITING_LIST}?constituency=${id}`}>{title}</Link>
            <span className="dv-bar" style={{ inlineSize: `${(waiting / most) * 100}%` }} />
            <b>{digits(waiting)}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Windows({ elections, again }: { elections: readonly ElectionRow[]; again: () => void }) {
  const { word, dateTime } = useWords();
  const [open, setOpen] = useState('');
  const done = (): void => {
    setOpen('');
    again();
  };
  return (
    <section className="dv-card">
      <h2>{word('dashboard.windows')}</h2>
      <ul className="dv-windows">
        {elections.map((election) => (
          <li key={election.id}>
            <div className="dv-window">
              <div>
                <b>{election.title}</b>
                <small>{word('dashboard.closes', { date: dateTime(election.closesAt) })}</small>
              </div>
              <button
                type="button"
                className="dv-button"
                aria-expanded={open === election.id}
                onClick={() => setOpen(open === election.id ? '' : election.id)}
              >
                {word('dashboard.change')}
              </button>
            </div>
            {open === election.id ? <WindowForm election={election} done={done} /> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
