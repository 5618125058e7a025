/** Opens the file of the candidate who stands at the desk. The number goes in a POST and into no address. */
import React, { useState, type FormEvent } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import type { FoundFile } from '../../store/worklist-look-up.ts';
import { send, type Answer } from './calls.ts';
import { fileLink } from './dashboard.tsx';
import { StatusBadge } from './parts.tsx';
import { useWords } from './words.ts';

interface LookUpAnswer extends Answer {
  readonly found: readonly FoundFile[];
}

const PATH = '/resources/registrations/actions/lookUp';

export function LookUp() {
  const { word } = useWords();
  const navigate = useNavigate();
  const [nationalId, setNationalId] = useState('');
  const [problem, setProblem] = useState('');
  const [found, setFound] = useState<readonly FoundFile[]>([]);
  const find = async (): Promise<void> => {
    setFound([]);
    const { notice, found: files } = await send<LookUpAnswer>(PATH, { nationalId });
    const [only, ...others] = files;
    if (notice?.type === 'error') return setProblem(notice.message);
    if (only === undefined) return setProblem(word('lookUp.nothing'));
    setProblem('');
    if (others.length === 0) return void navigate(fileLink(only.id));
    setFound(files);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void find().catch(() => setProblem(word('review.sendFailed')));
  };
  return (
    <section className="dv-card dv-look-up">
      <h2>{word('lookUp.title')}</h2>
      <form onSubmit={submit}>
        <label className="dv-field">
          <span>{word('lookUp.hint')}</span>
          <input
            required
            autoFocus
            dir="ltr"
            inputMode="numeric"
            autoComplete="off"
            maxLength={14}
            aria-label={word('lookUp.nationalId')}
            value={nationalId}
            onChange={(event) => setNationalId(event.target.value)}
          />
        </label>
        <button type="submit" className="dv-button dv-primary">
          {word('lookUp.find')}
        </button>
      </form>
      {problem ? (
        <p className="dv-problem" role="alert">
          {problem}
        </p>
      ) : null}
      {found.length > 0 ? <Several found={found} /> : null}
    </section>
  );
}

function Several({ found }: { found: readonly FoundFile[] }) {
  const { word, date } = useWords();
  return (
    <div role="status">
      <p>{word('lookUp.several')}</p>
      <ul className="dv-found">
        {found.map(({ id, status, constituencyTitle, electionTitle, createdAt }) => (
          <li key={id}>
            <Link to={fileLink(id)}>{constituencyTitle}</Link> <StatusBadge status={status} />
            <small>
              {electionTitle} · {date(createdAt)}
            </small>
          </li>
        ))}
      </ul>
    </div>
  );
}
