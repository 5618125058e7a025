/** A moment typed as a Jalali day and a clock; five small numbers, any digits. */
import React from 'react';
import { fromJalali, toJalali } from '../../domain/jalali-date.ts';
import { asciiDigits } from '../../domain/persian-text.ts';
import { useWords } from './words.ts';

export type MomentFields = Readonly<Record<'year' | 'month' | 'day' | 'hour' | 'minute', string>>;

const FIELDS = ['year', 'month', 'day', 'hour', 'minute'] as const;
const OFFSET = '+03:30';
const OFFSET_MS = 3.5 * 3_600_000;

/** The fields of an instant, as the clock of Tehran shows it. */
export function fieldsOf(iso: string): MomentFields {
  const local = new Date(Date.parse(iso) + OFFSET_MS).toISOString();
  const { year, month, day } = toJalali(local.slice(0, 10));
  return {
    year: String(year),
    month: String(month),
    day: String(day),
    hour: local.slice(11, 13),
    minute: local.slice(14, 16),
  };
}

/** RFC 3339 with the offset of Tehran, or undefined for a day or a clock that does not exist. */
export function momentOf(fields: MomentFields): string | undefined {
  const [year, month, day, hour, minute] = FIELDS.map((name) =>
    Number(asciiDigits(fields[name]).trim() || Number.NaN),
  );
  const iso = fromJalali(year ?? 0, month ?? 0, day ?? 0);
  const inDay = (value: number | undefined, end: number): value is number =>
    value !== undefined && Number.isInteger(value) && value >= 0 && value < end;
  if (!iso || !inDay(hour, 24) || !inDay(minute, 60)) return undefined;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${iso}T${two(hour)}:${two(minute)}:00${OFFSET}`;
}

interface JalaliMomentProps {
  readonly fields: MomentFields;
  readonly change: (fields: MomentFields) => void;
}

export function JalaliMoment({ fields, change }: JalaliMomentProps) {
  const { word, digits } = useWords();
  return (
    <div className="dv-moment">
      {FIELDS.map((name) => (
        <label key={name}>
          <span>{word(`dashboard.${name}`)}</span>
          <input
            inputMode="numeric"
            maxLength={4}
            size={name === 'year' ? 4 : 2}
            value={digits(fields[name])}
            onChange={(event) => change({ ...fields, [name]: event.target.value })}
          />
        </label>
      ))}
    </div>
  );
}
