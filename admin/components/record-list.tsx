/** The list of every section but the files: columns of the resource, sorted by what can be sorted. */
import type { ActionProps, BasePropertyJSON } from 'adminjs';
import React from 'react';
import { useNavigate } from 'react-router-dom';
import { Cell } from './cell.tsx';
import { useList, useWish, type ListedRecord } from './listing.ts';
import { Pager } from './pager.tsx';
import { Empty, Failed, Loading } from './parts.tsx';
import { useWords } from './words.ts';

type Wish = ReturnType<typeof useWish>;

function directionOf(wish: Wish): 'asc' | 'desc' {
  return wish.get('direction') === 'desc' ? 'desc' : 'asc';
}

export function RecordList({ resource }: ActionProps) {
  const { word, label } = useWords();
  const wish = useWish();
  const sort = wish.get('sortBy') ? { sortBy: wish.get('sortBy'), direction: directionOf(wish) } : {};
  const [loaded, again] = useList({ resource: resource.id, page: wish.page, ...sort });
  return (
    <main className="dv-page">
      <div className="dv-heading">
        <h1>{label(resource.id)}</h1>
        {loaded.state === 'ready' ? (
          <span className="dv-count">{word('list.rows', { n: loaded.body.meta.total })}</span>
        ) : null}
      </div>
      {loaded.state === 'loading' ? <Loading /> : null}
      {loaded.state === 'failed' ? <Failed text={word('list.failed')} again={again} /> : null}
      {loaded.state === 'ready' && loaded.body.records.length === 0 ? (
        <Empty>
          <p>{word('list.empty')}</p>
        </Empty>
      ) : null}
      {loaded.state === 'ready' && loaded.body.records.length > 0 ? (
        <Table resource={resource} records={loaded.body.records} wish={wish} />
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

interface TableProps {
  readonly resource: ActionProps['resource'];
  readonly records: readonly ListedRecord[];
  readonly wish: Wish;
}

function Table({ resource, records, wish }: TableProps) {
  const navigate = useNavigate();
  const properties = resource.listProperties;
  return (
    <div className="dv-card dv-table-card">
      <table className="dv-table">
        <thead>
          <tr>
            {properties.map((property) => (
              <Heading
                key={property.propertyPath}
                property={property}
                sortedBy={wish.get('sortBy')}
                direction={directionOf(wish)}
                sort={wish.set}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <tr
              key={record.id}
              onClick={() => navigate(`/admin/resources/${resource.id}/records/${record.id}/show`)}
            >
              {properties.map((property) => (
                <Labelled key={property.propertyPath} property={property}>
                  <Cell record={record} property={property} />
                </Labelled>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** On a small screen a row becomes a card, and each value says what it is. */
function Labelled({ property, children }: { property: BasePropertyJSON; children: React.ReactNode }) {
  return <td data-title={useWords().property(property.propertyPath)}>{children}</td>;
}

interface HeadingProps {
  readonly property: BasePropertyJSON;
  readonly sortedBy: string;
  readonly direction: 'asc' | 'desc';
  readonly sort: (name: string, value: string) => void;
}

function Heading({ property, sortedBy, direction, sort }: HeadingProps) {
  const { property: title } = useWords();
  const name = property.propertyPath;
  if (!property.isSortable) return <th>{title(name)}</th>;
  const sorted = sortedBy === name;
  return (
    <th aria-sort={sorted ? (direction === 'asc' ? 'ascending' : 'descending') : 'none'}>
      <button
        type="button"
        onClick={() =>
          sorted ? sort('direction', direction === 'asc' ? 'desc' : 'asc') : sort('sortBy', name)
        }
      >
        {title(name)}
        <span aria-hidden="true">{sorted ? (direction === 'asc' ? ' ↑' : ' ↓') : ''}</span>
      </button>
    </th>
  );
}
