/** The table of banks by the first digits of their cards: what holds, what is planned, what is over. */
import { useNotice } from 'adminjs';
import React, { useState } from 'react';
import { asciiDigits } from '../../../domain/persian-text.ts';
import { send, useRead, type Answer } from '../calls.ts';
import { Confirm } from '../confirm.tsx';
import { Dialog } from '../dialog.tsx';
import { useList, useWish, type ListedRecord } from '../listing.ts';
import { Empty } from '../parts.tsx';
import { SectionFrame } from '../section-frame.tsx';
import { useWords } from '../words.ts';
import { PrefixForm, PREFIX_ACTIONS, type KnownPrefix } from './prefix-form.tsx';

const TABS = ['valid', 'planned', 'ended'] as const;

export function BankPrefixes() {
  const { word, digits } = useWords();
  const addNotice = useNotice();
  const wish = useWish();
  const tab = TABS.find((one) => one === wish.get('tab')) ?? 'valid';
  const [open, setOpen] = useState<KnownPrefix | null>(null);
  const [loaded, again] = useList({
    resource: 'bank-prefixes',
    page: 1,
    perPage: 100,
    sortBy: 'bank',
    filters: { state: tab, prefix: wish.get('code'), supported: wish.get('supported') },
  });
  const done = (message: string): void => {
    setOpen(null);
    addNotice({ type: 'success', message });
    again();
  };
  const add = (
    <button type="button" className="dv-button dv-primary dv-end" onClick={() => setOpen({ prefix: '' })}>
      {word('banks.add')}
    </button>
  );
  const tools = (
    <>
      <Unknown add={(prefix) => setOpen({ prefix })} />
      <Tools tab={tab} />
      {open ? (
        <Dialog
          title={open.bank ? word('banks.changeOf', { prefix: digits(open.prefix) }) : word('banks.add')}
          close={() => setOpen(null)}
        >
          <PrefixForm known={open} done={done} cancel={() => setOpen(null)} />
        </Dialog>
      ) : null}
    </>
  );
  const frame = { section: 'bank-prefixes', lead: word('banks.hint'), button: add, tools, loaded, again };
  return (
    <SectionFrame wide {...frame}>
      {({ records }) => <Table records={records} change={setOpen} done={done} />}
    </SectionFrame>
  );
}

/** Which rows are shown. */
function Tools({ tab }: { tab: string }) {
  const { word, value, digits } = useWords();
  const wish = useWish();
  return (
    <div className="dv-tools">
      <div className="dv-tabs" role="tablist">
        {TABS.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            aria-selected={one === tab}
            onClick={() => wish.set('tab', one)}
          >
            {value(one)}
          </button>
        ))}
      </div>
      <label className="dv-check">
        <input
          type="checkbox"
          checked={wish.get('supported') === 'false'}
          onChange={(event) => wish.set('supported', event.target.checked ? 'false' : '')}
        />
        {word('banks.unsupported')}
      </label>
      <input
        type="search"
        dir="ltr"
        inputMode="numeric"
        aria-label={word('banks.search')}
        placeholder={word('banks.search')}
        value={digits(wish.get('code'))}
        onChange={(event) => wish.set('code', asciiDigits(event.target.value).replace(/\D/g, ''))}
      />
    </div>
  );
}

interface UnknownAnswer extends Answer {
  readonly unknown: readonly { readonly prefix: string; readonly seenAt: string }[];
}

/** Cards that came from a bank that the table does not know. */
function Unknown({ add }: { add: (prefix: string) => void }) {
  const { word, digits } = useWords();
  const [loaded] = useRead<UnknownAnswer>('/resources/bank-prefixes/actions/unknown');
  if (loaded.state !== 'ready' || loaded.body.unknown.length === 0) return null;
  return (
    <section className="dv-card">
      <h2>{word('banks.unknown')}</h2>
      <p className="dv-hint">{word('banks.unknownHint')}</p>
      <ul className="dv-chips">
        {loaded.body.unknown.map(({ prefix }) => (
          <li key={prefix}>
            <button type="button" className="dv-button" onClick={() => add(prefix)}>
              <bdi dir="ltr">{digits(prefix)}</bdi>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface TableProps {
  readonly records: readonly ListedRecord[];
  readonly change: (known: KnownPrefix) => void;
  readonly done: (message: string) => void;
}

const COLUMNS = ['prefix', 'bank', 'supported', 'validFrom', 'validTo', 'source'] as const;

function Table({ records, change, done }: TableProps) {
  const { property, word } = useWords();
  if (records.length === 0) {
    return (
      <Empty>
        <p>{word('list.empty')}</p>
      </Empty>
    );
  }
  return (
    <div className="dv-card dv-table-card">
      <table className="dv-table dv-still">
        <thead>
          <tr>
            {COLUMNS.map((name) => (
              <th key={name}>{property(name)}</th>
            ))}
            <th>{word('banks.change')}</th>
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <Prefix key={record.id} record={record} change={change} done={done} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface PrefixProps extends Pick<TableProps, 'change' | 'done'> {
  readonly record: ListedRecord;
}

function Prefix({ record: { params }, change, done }: PrefixProps) {
  const { word, property, digits, date } = useWords();
  const [prefix, bank] = [String(params['prefix']), String(params['bank'])];
  const supported = params['supported'] === 'true';
  const merged = params['mergedInto'] ? String(params['mergedInto']) : '';
  const known = { prefix, bank, supported, mergedInto: merged, source: String(params['source']) };
  return (
    <tr>
      <td className="dv-code">
        <bdi dir="ltr">{digits(prefix)}</bdi>
      </td>
      <td data-title={property('bank')}>
        {bank} {merged ? <span className="dv-mark">{word('banks.merged', { bank: merged })}</span> : null}
      </td>
      <td data-title={property('supported')}>
        <span className={`dv-badge dv-badge-${supported ? 'good' : 'bad'}`}>
          {word(supported ? 'banks.yes' : 'banks.no')}
        </span>
      </td>
      <td data-title={property('validFrom')} className="dv-day">
        {beginsOf(params['validFrom']) ? date(String(params['validFrom'])) : '—'}
      </td>
      <td data-title={property('validTo')} className="dv-day">
        {params['validTo'] ? date(String(params['validTo'])) : '—'}
      </td>
      <td data-title={property('source')}>{params['source']}</td>
      <td className="dv-row-actions">
        {params['state'] === 'ended' ? null : (
          <>
            <button type="button" className="dv-quiet" onClick={() => change(known)}>
              {word('banks.change')}
            </button>
            <End prefix={prefix} bank={bank} done={done} />
          </>
        )}
      </td>
    </tr>
  );
}

/** The first rows of the table hold since ever. */
function beginsOf(validFrom: unknown): boolean {
  return Date.parse(String(validFrom)) > 0;
}

function End({ prefix, bank, done }: { prefix: string; bank: string } & Pick<TableProps, 'done'>) {
  const { word, digits } = useWords();
  const addNotice = useNotice();
  const [asked, setAsked] = useState(false);
  const unsent = { type: 'error', message: word('review.sendFailed') } as const;
  const end = async (): Promise<void> => {
    const { notice } = await send(`${PREFIX_ACTIONS}/endPrefix`, { prefix });
    if (notice?.type === 'success') done(notice.message);
    else addNotice(notice ?? unsent);
  };
  const endOrSay = (): void => {
    setAsked(false);
    void end().catch(() => addNotice(unsent));
  };
  return (
    <>
      <button type="button" className="dv-quiet" onClick={() => setAsked(true)}>
        {word('banks.end')}
      </button>
      {asked ? (
        <Confirm
          question={word('banks.endAsk', { prefix: digits(prefix), bank })}
          confirm={endOrSay}
          cancel={() => setAsked(false)}
        >
          <p>{word('banks.endNote')}</p>
        </Confirm>
      ) : null}
    </>
  );
}
