/** The answers, section by section, with the questionnaire's own words; beside each the defect that it may have. */
import React from 'react';
import {
  entriesOf,
  isShown,
  type AnswerValue,
  type Entry,
  type Field,
  type Section,
} from '../../../domain/questionnaire.ts';
import { useWords, type Words } from '../words.ts';
import type { Desk } from './file.ts';
import { FindingButton, FindingEditor } from './finding-editor.tsx';

export function Answers({ desk }: { desk: Desk }) {
  const { questionnaire, answers } = desk.file;
  return (
    <>
      {questionnaire.sections.map((section) => {
        const entries = entriesOf(section, answers).filter((entry) => fieldsOf(entry, desk).length > 0);
        return entries.length === 0 ? null : (
          <AnswerSection key={section.key} desk={desk} section={section} entries={entries} />
        );
      })}
    </>
  );
}

function fieldsOf(entry: Entry, { file }: Desk): Field[] {
  return entry.section.fields.filter((field) => isShown(field, file.answers));
}

function AnswerSection({ desk, section, entries }: { desk: Desk; section: Section; entries: Entry[] }) {
  const { word } = useWords();
  return (
    <section className="dv-card dv-section">
      <h2>{section.title}</h2>
      {entries.map((entry, index) => (
        <div key={entry.pointer} className="dv-entry">
          {section.repeated ? <h3>{word('review.entry', { title: section.title, n: index + 1 })}</h3> : null}
          <dl>
            {fieldsOf(entry, desk).map((field) => (
              <AnswerRow key={field.key} desk={desk} field={field} entry={entry} />
            ))}
          </dl>
        </div>
      ))}
    </section>
  );
}

function AnswerRow({ desk, field, entry }: { desk: Desk; field: Field; entry: Entry }) {
  const words = useWords();
  const target = `${entry.pointer}/${field.key}`;
  const value = Object.hasOwn(entry.values, field.key) ? entry.values[field.key] : undefined;
  const changed = desk.file.changedAnswers.includes(target);
  const past = [...desk.file.openDefects, ...desk.file.pastDefects].filter(
    (defect) => defect.target === target,
  );
  const noted = desk.findings[target] !== undefined;
  const wide = typeof value === 'string' && value.length > 32;
  const classes = ['dv-answer', noted ? 'dv-noted' : '', changed ? 'dv-changed' : '', wide ? 'dv-wide' : ''];
  return (
    <div className={classes.filter(Boolean).join(' ')} data-target={target}>
      <dt>
        {field.title}
        {changed ? <span className="dv-mark">{words.word('review.changed')}</span> : null}
      </dt>
      <dd className={value === undefined ? 'dv-none' : ''}>
        {value === undefined ? (
          words.word('review.notAnswered')
        ) : (
          <Value field={field} value={value} words={words} />
        )}
      </dd>
      {field.readOnly ? null : (
        <dd className="dv-answer-flag">
          <FindingButton desk={desk} target={target} title={field.title} />
        </dd>
      )}
      {past.length > 0 || noted ? (
        <dd className="dv-answer-notes">
          <NotedDefects desk={desk} target={target} />
          <FindingEditor desk={desk} target={target} title={field.title} />
        </dd>
      ) : null}
    </div>
  );
}

/** What was returned on an item: in earlier rounds, and what the candidate has still to correct. */
export function NotedDefects({ desk, target }: { desk: Desk; target: string }) {
  return (
    <>
      {[...desk.file.openDefects, ...desk.file.pastDefects]
        .filter((defect) => defect.target === target)
        .map(({ id, reason, note }) => (
          <p key={id} className="dv-past">
            {reasonTitle(desk, reason)}
            {note ? `: ${note}` : ''}
          </p>
        ))}
    </>
  );
}

export function reasonTitle({ file }: Desk, code: string): string {
  const known = file.defectReasons.find((reason) => reason.code === code);
  return known?.title ?? file.rejectionReasons.find((reason) => reason.code === code)?.title ?? code;
}

function Value({ field, value, words }: { field: Field; value: AnswerValue; words: Words }) {
  if (typeof value === 'boolean') return <>{words.word(value ? 'review.yes' : 'review.no')}</>;
  if (field.type === 'choice')
    return <>{field.options.find((option) => option.value === value)?.title ?? value}</>;
  if (field.type === 'date') return <>{isDay(value) ? words.date(`${value}T12:00:00Z`) : value}</>;
  if (field.type === 'digits' || field.type === 'number') return <bdi dir="ltr">{words.digits(value)}</bdi>;
  return <bdi>{value}</bdi>;
}

function isDay(value: AnswerValue): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));
}
