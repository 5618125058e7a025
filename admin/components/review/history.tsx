/** What happened to the file, newest first. */
import React from 'react';
import { useWords, type Words } from '../words.ts';
import { reasonTitle } from './answers.tsx';
import type { Desk } from './file.ts';

const TONES: Readonly<Record<string, string>> = {
  submitted: 'waiting',
  returned: 'candidate',
  approved: 'good',
  rejected: 'bad',
};

/** A decision's reason has its title in the election's rules, a step of the identity in our own words; a withdrawal is free. */
function reasonText(desk: Desk, { word }: Words, reason: string): string {
  const title = reasonTitle(desk, reason);
  return /^[a-z-]+$/u.test(title) ? word(`identityReason.${title}`, { defaultValue: title }) : title;
}

type HistorySms = Desk['file']['history'][number]['sms'];

/** Whether the candidate's phone has the SMS about it, since when that is known, and by which line. */
function Sms({ sms }: { sms: HistorySms }) {
  const { word, dateTime } = useWords();
  if (sms === null) return null;
  const { state, provider, settledAt, sentAt, createdAt } = sms;
  const at = settledAt ?? sentAt ?? createdAt;
  return (
    <small className={`dv-sms dv-sms-${state}`}>
      {word(`sms.${state}`)} · <time dateTime={at}>{dateTime(at)}</time>
      {provider ? ` · ${word(`sms.by.${provider}`)}` : ''}
    </small>
  );
}

export function History({ desk }: { desk: Desk }) {
  const words = useWords();
  const { word, dateTime } = words;
  if (desk.file.history.length === 0) return null;
  return (
    <section className="dv-card dv-history">
      <h2>{word('review.history')}</h2>
      <ol>
        {[...desk.file.history].reverse().map(({ at, fact, round, by, reason, defects, sms }, index) => (
          <li key={`${at}${fact}${index}`} className={`dv-fact dv-fact-${TONES[fact] ?? 'quiet'}`}>
            <b>{word(`fact.${fact}`, { n: defects })}</b>
            {round > 1 ? <span className="dv-mark">{word('review.round', { n: round })}</span> : null}
            <small>
              <time dateTime={at}>{dateTime(at)}</time>
              {by ? ` · ${by}` : ''}
              {reason ? ` · ${reasonText(desk, words, reason)}` : ''}
            </small>
            <Sms sms={sms} />
          </li>
        ))}
      </ol>
    </section>
  );
}
