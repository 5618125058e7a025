/** One record of any section but the files. */
import { useCurrentAdmin, type ActionProps } from 'adminjs';
import React, { useState } from 'react';
import { Link } from 'react-router-dom';
import { Cell } from './cell.tsx';
import type { ListedRecord } from './listing.ts';
import { Icon } from './parts.tsx';
import { WindowForm } from './window-form.tsx';
import { useWords } from './words.ts';

export function RecordPage({ resource, record }: ActionProps) {
  const { word, property, label } = useWords();
  if (!record) return null;
  const shown = record as unknown as ListedRecord;
  return (
    <main className="dv-page dv-narrow">
      <Link className="dv-back" to={`/admin/resources/${resource.id}`}>
        <Icon name="back" size={18} />
        {word('list.back')}
      </Link>
      <h1>{label(resource.id)}</h1>
      <section className="dv-card">
        <dl className="dv-particulars">
          {resource.showProperties.map((one) => (
            <div key={one.propertyPath}>
              <dt>{property(one.propertyPath)}</dt>
              <dd>
                <Cell record={shown} property={one} />
              </dd>
            </div>
          ))}
        </dl>
      </section>
      {resource.id === 'documents' ? <Picture record={shown} /> : null}
      {resource.id === 'elections' ? <MoveWindow record={shown} /> : null}
    </main>
  );
}

function Picture({ record: { params } }: { record: ListedRecord }) {
  const { value } = useWords();
  const path = `/admin/documents/${params['registrationId']}/${params['kind']}/${params['version']}`;
  return (
    <section className="dv-card dv-picture">
      <img src={path} alt={value(String(params['kind']))} />
    </section>
  );
}

function MoveWindow({ record: { id, params } }: { record: ListedRecord }) {
  const { word } = useWords();
  const [admin] = useCurrentAdmin();
  const [turn, setTurn] = useState(0);
  if (admin?.['role'] !== 'headquarters' || !params['closesAt']) return null;
  const election = { id, title: String(params['title']), closesAt: String(params['closesAt']) };
  return (
    <section className="dv-card" key={turn}>
      <h2>{word('dashboard.change')}</h2>
      <WindowForm election={election} done={() => setTurn(turn + 1)} />
    </section>
  );
}
