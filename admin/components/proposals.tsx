/** Identities in person: what waits for a second member of staff, and the way to a file by the document in hand. */
import { useCurrentAdmin } from 'adminjs';
import React from 'react';
import { Link, useNavigate } from 'react-router-dom';
import { fileLink } from './dashboard.tsx';
import { useList, useWish, type ListedRecord } from './listing.ts';
import { LookUp } from './look-up.tsx';
import { Pager } from './pager.tsx';
import { Empty, Failed, Loading } from './parts.tsx';
import { useWords } from './words.ts';

const TABS = ['waiting', 'all'] as const;

export function Proposals() {
  const { word, label } = useWords();
  const [admin] = useCurrentAdmin();
  const wish = useWish();
  const all = wish.get('tab') === 'all';
  const [loaded, again] = useList({
    resource: 'identity-proposals',
    page: wish.page,
    sortBy: 'proposedAt',
    direction: all ? 'desc' : 'asc',
    filters: { state: all ? '' : 'proposed' },
  });
  return (
    <main className="dv-page">
      <div className="dv-heading">
        <h1>{label('identity-proposals')}</h1>
      </div>
      {admin?.['role'] === 'reviewer' ? <LookUp /> : null}
      <div className="dv-tools">
        <div className="dv-tabs" role="tablist">
          {TABS.map((tab) => (
            <button
              key={tab}
              type="button"
              role="tab"
              aria-selected={all === (tab === 'all')}
              onClick={() => wish.set('tab', tab === 'all' ? tab : '')}
            >
              {word(`proposals.${tab}`)}
            </button>
          ))}
        </div>
      </div>
      {loaded.state === 'loading' ? <Loading /> : null}
      {loaded.state === 'failed' ? <Failed text={word('list.failed')} again={again} /> : null}
      {loaded.state === 'ready' && loaded.body.records.length === 0 ? (
        <Empty>
          <h2>{word('proposals.empty')}</h2>
          <p>{word('proposals.emptyHint')}</p>
        </Empty>
      ) : null}
      {loaded.state === 'ready' && loaded.body.records.length > 0 ? (
        <Table records={loaded.body.records} />
      ) : null}
      {loaded.state === 'ready' ? (
        <Pager
          page={wish.page}
          total={loaded.body.meta.total}
          turn={(page) => wish.set('page', String(page))}
        />
      ) : null}
    </main>
  );
}

const COLUMNS = ['candidate', 'constituencyTitle', 'document', 'proposedBy', 'proposedAt', 'state'] as const;

function Table({ records }: { records: readonly ListedRecord[] }) {
  const { property } = useWords();
  return (
    <div className="dv-card dv-table-card">
      <table className="dv-table dv-files">
        <thead>
          <tr>
            {COLUMNS.map((name) => (
              <th key={name}>{property(name)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <Proposal key={record.id} record={record} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Proposal({ record: { params } }: { record: ListedRecord }) {
  const { word, property, value, dateTime, since } = useWords();
  const navigate = useNavigate();
  const link = fileLink(String(params['registrationId']));
  const state = String(params['state']);
  const proposedAt = String(params['proposedAt']);
  return (
    <tr onClick={() => navigate(link)}>
      <td>
        <Link to={link}>{params['candidate'] ?? word('list.unknown')}</Link>
      </td>
      <td data-title={property('constituencyTitle')}>{params['constituencyTitle']}</td>
      <td data-title={property('document')}>{word(`identity.documents.${params['document']}`)}</td>
      <td data-title={property('proposedBy')}>{params['proposedBy'] ?? word('identity.somebody')}</td>
      <td data-title={property('proposedAt')} title={dateTime(proposedAt)}>
        {state === 'proposed' ? word('list.ago', { duration: since(proposedAt) }) : dateTime(proposedAt)}
      </td>
      <td data-title={property('state')}>
        <span className={`dv-badge dv-badge-${TONES[state] ?? 'quiet'}`}>{value(state)}</span>
      </td>
    </tr>
  );
}

const TONES: Readonly<Record<string, string>> = { proposed: 'candidate', confirmed: 'good', declined: 'bad' };
