/** The files: those that wait for the governorate first, oldest first. */
import React, { useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import { asciiDigits } from '../../domain/persian-text.ts';
import { fileLink } from './dashboard.tsx';
import { useList, useWish, type ListedRecord } from './listing.ts';
import { Pager } from './pager.tsx';
import { Empty, Failed, Loading, StatusBadge } from './parts.tsx';
import { useWords } from './words.ts';

interface Tab {
  readonly status: string;
  readonly direction: 'asc' | 'desc';
  /** Left out or asked for: what waits for the candidate's code. */
  readonly awaitsCode?: string;
}

const TABS: Readonly<Record<string, Tab>> = {
  waiting: { status: 'under-review', direction: 'asc', awaitsCode: 'false' },
  awaitingCode: { status: 'under-review', direction: 'asc', awaitsCode: 'true' },
  returned: { status: 'awaiting-corrections', direction: 'asc' },
  approved: { status: 'approved', direction: 'desc' },
  rejected: { status: 'rejected', direction: 'desc' },
  all: { status: '', direction: 'desc' },
};

export function Worklist() {
  const { word, label } = useWords();
  const wish = useWish();
  const name = Object.hasOwn(TABS, wish.get('tab')) ? wish.get('tab') : 'waiting';
  const tab: Tab = TABS[name] ?? { status: '', direction: 'desc' };
  const [loaded, again] = useList({
    resource: 'registrations',
    page: wish.page,
    sortBy: 'waitingSince',
    direction: tab.direction,
    filters: {
      status: tab.status,
      awaitsCode: tab.awaitsCode ?? '',
      constituencyId: wish.get('constituency'),
      preliminaryCode: wish.get('code'),
    },
  });
  const total = loaded.state === 'ready' ? loaded.body.meta.total : undefined;
  return (
    <main className="dv-page">
      <div className="dv-heading">
        <h1>{label('registrations')}</h1>
        {total === undefined ? null : <span className="dv-count">{word('list.count', { n: total })}</span>}
      </div>
      <div className="dv-tools">
        <div className="dv-tabs" role="tablist">
          {Object.keys(TABS).map((one) => (
            <button
              key={one}
              type="button"
              role="tab"
              aria-selected={one === name}
              onClick={() => wish.set('tab', one)}
            >
              {word(`list.${one}`)}
            </button>
          ))}
        </div>
        <ConstituencyFilter chosen={wish.get('constituency')} choose={(id) => wish.set('constituency', id)} />
        <CodeSearch code={wish.get('code')} search={(code) => wish.set('code', code)} />
      </div>
      {loaded.state === 'loading' ? <Loading /> : null}
      {loaded.state === 'failed' ? <Failed text={word('list.failed')} again={again} /> : null}
      {loaded.state === 'ready' && loaded.body.records.length === 0 ? (
        <Empty>
          <p>{word(name === 'waiting' ? 'list.emptyWaiting' : 'list.empty')}</p>
        </Empty>
      ) : null}
      {loaded.state === 'ready' && loaded.body.records.length > 0 ? (
        <Files records={loaded.body.records} />
      ) : null}
      {total === undefined ? null : (
        <Pager page={wish.page} total={total} turn={(page) => wish.set('page', String(page))} />
      )}
    </main>
  );
}

function ConstituencyFilter({ chosen, choose }: { chosen: string; choose: (id: string) => void }) {
  const { word } = useWords();
  const [loaded] = useList({ resource: 'constituencies', page: 1, perPage: 100 });
  const records = loaded.state === 'ready' ? loaded.body.records : [];
  return (
    <select
      aria-label={word('list.allConstituencies')}
      value={chosen}
      onChange={(event) => choose(event.target.value)}
    >
      <option value="">{word('list.allConstituencies')}</option>
      {records.map(({ id, params }) => (
        <option key={id} value={id}>
          {params['title']}
        </option>
      ))}
    </select>
  );
}

const SEARCH_DELAY_MS = 300;

function CodeSearch({ code, search }: { code: string; search: (code: string) => void }) {
  const { word } = useWords();
  const [text, setText] = useState(code);
  useEffect(() => {
    if (asciiDigits(text.trim()) === code) return undefined;
    const timer = setTimeout(() => search(asciiDigits(text.trim())), SEARCH_DELAY_MS);
    return () => clearTimeout(timer);
  }, [text, code, search]);
  return (
    <input
      type="search"
      dir="ltr"
      aria-label={word('list.search')}
      placeholder={word('list.search')}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

function Files({ records }: { records: readonly ListedRecord[] }) {
  const { property, word } = useWords();
  return (
    <div className="dv-card dv-table-card">
      <table className="dv-table dv-files">
        <thead>
          <tr>
            <th>{property('candidate')}</th>
            <th>{property('constituencyTitle')}</th>
            <th>{property('status')}</th>
            <th>{property('round')}</th>
            <th>{word('list.duration')}</th>
            <th>{property('preliminaryCode')}</th>
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <File key={record.id} record={record} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const LONG_WAIT_MS = 3 * 86_400_000;

function File({ record: { id, params } }: { record: ListedRecord }) {
  const { word, property, digits, since, dateTime } = useWords();
  const navigate = useNavigate();
  const waitingSince = String(params['waitingSince']);
  const waits = params['status'] === 'under-review';
  const long = waits && Date.now() - Date.parse(waitingSince) > LONG_WAIT_MS;
  return (
    <tr onClick={() => navigate(fileLink(id))}>
      <td>
        <Link to={fileLink(id)}>{params['candidate'] ?? word('list.unknown')}</Link>
      </td>
      <td data-title={property('constituencyTitle')}>{params['constituencyTitle']}</td>
      <td data-title={property('status')}>
        <StatusBadge status={String(params['status'])} />
        {params['awaitsCode'] === 'true' ? (
          <span className="dv-mark">{word('review.awaitingCode')}</span>
        ) : null}
      </td>
      <td data-title={property('round')}>{digits(params['round'] ?? 0)}</td>
      <td data-title={word('list.duration')} className={long ? 'dv-long' : ''} title={dateTime(waitingSince)}>
        {waits ? since(waitingSince) : dateTime(waitingSince)}
      </td>
      <td data-title={property('preliminaryCode')} className="dv-code">
        <bdi dir="ltr">{digits(params['preliminaryCode'] ?? '—')}</bdi>
      </td>
    </tr>
  );
}
