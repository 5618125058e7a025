/** The outside systems, each with its switch: headquarters turns one off with a text for candidates, and on again. */
import { useNotice } from 'adminjs';
import React, { useState, type FormEvent } from 'react';
import { NOTICE_LENGTH_MAX, PROVIDERS, sendsSms, type Provider } from '../../../domain/provider.ts';
import { send } from '../calls.ts';
import { Confirm } from '../confirm.tsx';
import { useList, type ListedRecord } from '../listing.ts';
import { SectionFrame } from '../section-frame.tsx';
import { useWords } from '../words.ts';

const SWITCHES = '/resources/provider-switches/actions';

export function Providers() {
  const { word } = useWords();
  const [loaded, again] = useList({
    resource: 'provider-switches',
    page: 1,
    perPage: 100,
    sortBy: 'offSince',
    direction: 'desc',
  });
  return (
    <SectionFrame section="provider-switches" lead={word('providers.hint')} loaded={loaded} again={again}>
      {({ records }) => <All records={records} again={again} />}
    </SectionFrame>
  );
}

interface AllProps {
  readonly records: readonly ListedRecord[];
  readonly again: () => void;
}

function All({ records, again }: AllProps) {
  const off = records.filter(({ params }) => !params['onAgainAt']);
  const past = records.filter(({ params }) => params['onAgainAt']);
  return (
    <>
      <section className="dv-card">
        <ul className="dv-rows">
          {PROVIDERS.map((provider) => (
            <OneProvider
              key={provider}
              provider={provider}
              off={off.find(({ params }) => params['provider'] === provider)}
              again={again}
            />
          ))}
        </ul>
      </section>
      <Past past={past} />
    </>
  );
}

interface OneProps {
  readonly provider: Provider;
  readonly off: ListedRecord | undefined;
  readonly again: () => void;
}

function OneProvider({ provider, off, again }: OneProps) {
  const { word, value, dateTime } = useWords();
  const [open, setOpen] = useState(false);
  const name = value(provider);
  return (
    <li>
      <div className="dv-row">
        <div>
          <b>{name}</b>{' '}
          <span className={`dv-badge dv-badge-${off ? 'bad' : 'good'}`}>
            {word(off ? 'providers.off' : 'providers.on')}
          </span>
          {off ? (
            <small>
              {word('providers.offSince', {
                date: dateTime(String(off.params['offSince'])),
                name: String(off.params['offBy'] ?? ''),
              })}
            </small>
          ) : null}
        </div>
        {off ? (
          <TurnOn provider={provider} name={name} again={again} />
        ) : (
          <button type="button" className="dv-button" aria-expanded={open} onClick={() => setOpen(!open)}>
            {word(open ? 'review.cancel' : 'providers.turnOff')}
          </button>
        )}
      </div>
      {off?.params['text'] ? <blockquote dir="auto">{off.params['text']}</blockquote> : null}
      {open && !off ? <TurnOff provider={provider} again={again} /> : null}
    </li>
  );
}

/** Sends, says what came of it, and reads again. */
function useSwitch(again: () => void) {
  const { word } = useWords();
  const addNotice = useNotice();
  const [problem, setProblem] = useState('');
  const turn = (action: string, form: Readonly<Record<string, string>>): void => {
    send(`${SWITCHES}/${action}`, form).then(
      ({ notice }) => {
        if (notice?.type !== 'success') return setProblem(notice?.message ?? word('review.sendFailed'));
        addNotice(notice);
        again();
      },
      () => setProblem(word('review.sendFailed')),
    );
  };
  return { problem, turn };
}

function TurnOff({ provider, again }: { provider: Provider; again: () => void }) {
  const { word } = useWords();
  const silent = sendsSms(provider);
  const [text, setText] = useState(word(`providers.examples.${provider}`));
  const { problem, turn } = useSwitch(again);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    turn('turnOff', { provider, text });
  };
  return (
    <form className="dv-window-form" onSubmit={submit}>
      <p className="dv-hint">{word(`providers.effects.${provider}`)}</p>
      <label className="dv-field">
        <span>{word(silent ? 'providers.textOptional' : 'providers.text')}</span>
        <textarea
          rows={3}
          required={!silent}
          maxLength={NOTICE_LENGTH_MAX}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      {problem ? (
        <p className="dv-problem" role="alert">
          {problem}
        </p>
      ) : null}
      <button type="submit" className="dv-button dv-reject">
        {word('providers.turnOff')}
      </button>
    </form>
  );
}

function TurnOn({ provider, name, again }: { provider: Provider; name: string; again: () => void }) {
  const { word } = useWords();
  const [asked, setAsked] = useState(false);
  const { problem, turn } = useSwitch(again);
  return (
    <>
      <button type="button" className="dv-button dv-primary" onClick={() => setAsked(true)}>
        {word('providers.turnOn')}
      </button>
      {problem ? (
        <p className="dv-problem" role="alert">
          {problem}
        </p>
      ) : null}
      {asked ? (
        <Confirm
          question={word('providers.turnOnAsk', { name })}
          confirm={() => {
            setAsked(false);
            turn('turnOn', { provider });
          }}
          cancel={() => setAsked(false)}
        />
      ) : null}
    </>
  );
}

function Past({ past }: { past: readonly ListedRecord[] }) {
  const { word, value, dateTime } = useWords();
  return (
    <section className="dv-card">
      <h2>{word('providers.past')}</h2>
      {past.length === 0 ? <p className="dv-none">{word('providers.noPast')}</p> : null}
      <ul className="dv-rows">
        {past.map(({ id, params }) => (
          <li key={id}>
            <b>{value(String(params['provider']))}</b>
            <small>
              {word('notices.ended', {
                from: dateTime(String(params['offSince'])),
                to: dateTime(String(params['onAgainAt'])),
              })}
            </small>
            {params['text'] ? <p dir="auto">{params['text']}</p> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
