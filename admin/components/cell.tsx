/** One value of a record, as people read it. */
import type { BasePropertyJSON } from 'adminjs';
import React from 'react';
import { Link } from 'react-router-dom';
import type { ListedRecord } from './listing.ts';
import { StatusBadge } from './parts.tsx';
import { useWords } from './words.ts';

const CODES = [
  ...['kind', 'role', 'actorKind', 'subjectKind', 'action', 'constituencyKind'],
  ...['state', 'step', 'provider', 'supported'],
];
/** Shown as they are typed: left to right, without another alphabet's digits. */
const LATIN = ['id', 'email', 'actorId', 'subjectId', 'timeZone'];

export function Cell({
  record,
  property,
}: {
  record: Pick<ListedRecord, 'params' | 'populated'>;
  property: BasePropertyJSON;
}) {
  const { value, digits, dateTime } = useWords();
  const name = property.propertyPath;
  const raw = record.params[name];
  if (raw === null || raw === undefined || raw === '') return <span className="dv-none">—</span>;
  if (property.reference) return <Reference record={record} property={property} />;
  if (property.type === 'datetime') return <time dateTime={String(raw)}>{dateTime(String(raw))}</time>;
  if (name === 'status') return <StatusBadge status={String(raw)} />;
  if (name === 'kinds') return <>{String(raw).split(',').map(value).join('، ')}</>;
  if (CODES.includes(name)) return <>{value(String(raw))}</>;
  if (LATIN.includes(name)) return <bdi dir="ltr">{raw}</bdi>;
  return (
    <>{typeof raw === 'number' || name === 'preliminaryCode' ? <bdi dir="ltr">{digits(raw)}</bdi> : raw}</>
  );
}

const TITLES = ['candidate', 'title', 'name'];

function Reference({
  record,
  property,
}: {
  record: Pick<ListedRecord, 'params' | 'populated'>;
  property: BasePropertyJSON;
}) {
  const { word } = useWords();
  const id = String(record.params[property.propertyPath]);
  const target = record.populated[property.propertyPath];
  // Outside the reader's scope there is nothing to show, and nothing to lead to.
  if (!target) return <bdi dir="ltr">{id.slice(0, 8)}…</bdi>;
  const title = TITLES.map((name) => target.params[name]).find(Boolean) ?? word('list.unknown');
  return (
    <Link
      to={`/admin/resources/${property.reference ?? ''}/records/${id}/show`}
      onClick={(event) => event.stopPropagation()}
    >
      {title}
    </Link>
  );
}
