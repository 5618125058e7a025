/** What is true of a prefix, from when and until when. */
import React, { useState, type FormEvent } from 'react';
import { send } from '../calls.ts';
import { fieldsOf, JalaliMoment, momentOf, type MomentFields } from '../jalali-moment.tsx';
import { useWords } from '../words.ts';

export const PREFIX_ACTIONS = '/resources/bank-prefixes/actions';

export interface KnownPrefix {
  readonly prefix: string;
  readonly bank?: string;
  readonly mergedInto?: string;
  readonly supported?: boolean;
  readonly source?: string;
}

interface PrefixFormProps {
  readonly known: KnownPrefix;
  readonly done: (message: string) => void;
  readonly cancel: () => void;
}

type Texts = Readonly<Record<'prefix' | 'bank' | 'mergedInto' | 'source' | 'supported', string>>;

function textsOf({ prefix, bank = '', mergedInto = '', supported }: KnownPrefix): Texts {
  // The source of what was true before is not the source of the change.
  return {
    prefix,
    bank,
    mergedInto,
    source: '',
    supported: supported === undefined ? '' : String(supported),
  };
}

export function PrefixForm({ known, done, cancel }: PrefixFormProps) {
  const { word } = useWords();
  const [texts, setTexts] = useState(() => textsOf(known));
  const [from, setFrom] = useState<MomentFields | null>(null);
  const [to, setTo] = useState<MomentFields | null>(null);
  const [problem, setProblem] = useState('');
  const save = async (): Promise<void> => {
    const moments = [from, to].map((fields) => (fields === null ? '' : momentOf(fields)));
    const [begin, end] = moments;
    if (begin === undefined || end === undefined) return setProblem(word('banks.badDate'));
    const { notice } = await send(`${PREFIX_ACTIONS}/setPrefix`, { ...texts, from: begin, to: end });
    if (notice?.type !== 'success') return setProblem(notice?.message ?? word('review.sendFailed'));
    done(notice.message);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void save().catch(() => setProblem(word('review.sendFailed')));
  };
  const set = (name: keyof Texts) => (text: string) => setTexts({ ...texts, [name]: text });
  return (
    <form onSubmit={submit}>
      <Line name="prefix" texts={texts} set={set('prefix')} fixed={known.bank !== undefined} />
      <Line name="bank" texts={texts} set={set('bank')} />
      <Line name="mergedInto" texts={texts} set={set('mergedInto')} />
      <fieldset className="dv-choices">
        <legend>{word('banks.supported')}</legend>
        {(['true', 'false'] as const).map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name="supported"
              required
              checked={texts.supported === choice}
              onChange={() => setTexts({ ...texts, supported: choice })}
            />
            {word(choice === 'true' ? 'banks.yes' : 'banks.no')}
          </label>
        ))}
      </fieldset>
      <Line name="source" texts={texts} set={set('source')} />
      <When name="from" usual="now" other="later" fields={from} change={setFrom} />
      <When name="to" usual="endless" other="until" fields={to} change={setTo} />
      {problem ? (
        <p className="dv-problem" role="alert">
          {problem}
        </p>
      ) : null}
      <div className="dv-dialog-actions">
        <button type="submit" className="dv-button dv-primary">
          {word('banks.save')}
        </button>
        <button type="button" className="dv-button" onClick={cancel}>
          {word('review.cancel')}
        </button>
      </div>
    </form>
  );
}

interface LineProps {
  readonly name: 'prefix' | 'bank' | 'mergedInto' | 'source';
  readonly texts: Texts;
  readonly set: (text: string) => void;
  readonly fixed?: boolean;
}

const LENGTHS = { prefix: 8, bank: 60, mergedInto: 60, source: 200 } as const;

function Line({ name, texts, set, fixed = false }: LineProps) {
  const { word } = useWords();
  return (
    <label className="dv-field">
      <span>{word(`banks.${name}`)}</span>
      <input
        required={name !== 'mergedInto'}
        readOnly={fixed}
        maxLength={LENGTHS[name]}
        {...(name === 'prefix' ? { dir: 'ltr', inputMode: 'numeric' as const } : {})}
        value={texts[name]}
        onChange={(event) => set(event.target.value)}
      />
    </label>
  );
}

interface WhenProps {
  readonly name: 'from' | 'to';
  readonly usual: string;
  readonly other: string;
  readonly fields: MomentFields | null;
  readonly change: (fields: MomentFields | null) => void;
}

const DAY_MS = 86_400_000;

/** As usual, or at a moment of its own. */
function When({ name, usual, other, fields, change }: WhenProps) {
  const { word } = useWords();
  const tomorrow = () => fieldsOf(new Date(Date.now() + DAY_MS).toISOString());
  return (
    <fieldset className="dv-choices">
      <legend>{word(`banks.${name}`)}</legend>
      <label>
        <input type="radio" name={name} checked={fields === null} onChange={() => change(null)} />
        {word(`banks.${usual}`)}
      </label>
      <label>
        <input type="radio" name={name} checked={fields !== null} onChange={() => change(tomorrow())} />
        {word(`banks.${other}`)}
      </label>
      {fields ? <JalaliMoment fields={fields} change={change} /> : null}
    </fieldset>
  );
}
