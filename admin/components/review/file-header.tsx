/** Whose file this is, and where it stands. */
import React from 'react';
import { Link } from 'react-router-dom';
import { PROPOSALS, WAITING_LIST } from '../dashboard.tsx';
import { Icon, StatusBadge } from '../parts.tsx';
import { useWords } from '../words.ts';
import { fullName, type ReviewFile } from './file.ts';

export function FileHeader({ file }: { file: ReviewFile }) {
  const { word, digits, date, dateTime, since, value } = useWords();
  const { person } = file;
  return (
    <header className="dv-file">
      <Link className="dv-back" to={file.revision > 0 ? WAITING_LIST : PROPOSALS}>
        <Icon name="back" size={18} />
        {word('list.back')}
      </Link>
      <div className="dv-file-name">
        <h1>{fullName(file) || word('list.unknown')}</h1>
        <StatusBadge status={file.status} />
        {file.round > 1 ? (
          <span className="dv-badge dv-badge-candidate">{word('review.round', { n: file.round })}</span>
        ) : null}
        {file.confirmation === 'awaited' ? (
          <span className="dv-badge dv-badge-candidate" title={word('review.awaitingCodeHint')}>
            {word('review.awaitingCode')}
          </span>
        ) : null}
        {file.status === 'under-review' ? (
          <span className="dv-waiting" title={dateTime(file.waitingSince)}>
            <Icon name="clock" size={16} />
            {word(file.confirmation === 'awaited' ? 'review.awaitingCodeFor' : 'review.waitingFor', {
              duration: since(file.waitingSince),
            })}
          </span>
        ) : null}
        {file.workflowUrl ? (
          <a className="dv-quiet" href={file.workflowUrl} target="_blank" rel="noreferrer">
            <Icon name="link" size={16} />
            {word('review.workflow')}
          </a>
        ) : null}
      </div>
      <dl className="dv-facts">
        <Fact title={word('review.constituency')}>{file.constituency.title}</Fact>
        <Fact title={word('review.nationalId')}>
          <bdi dir="ltr">{digits(person['nationalId'] ?? '')}</bdi>
        </Fact>
        <Fact title={word('review.fatherName')}>{person['fatherName'] ?? '—'}</Fact>
        <Fact title={word('review.birthDate')}>{date(`${person['birthDate'] ?? ''}T12:00:00Z`)}</Fact>
        {file.mobile === null ? null : (
          <Fact title={word('review.mobileToCall')}>
            <bdi dir="ltr">{digits(file.mobile)}</bdi>
          </Fact>
        )}
        {file.identity.way ? <Fact title={word('identity.way')}>{value(file.identity.way)}</Fact> : null}
        {file.preliminaryCode ? (
          <Fact title={word('review.code')}>
            <bdi dir="ltr">{digits(file.preliminaryCode)}</bdi>
          </Fact>
        ) : null}
      </dl>
    </header>
  );
}

function Fact({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}
