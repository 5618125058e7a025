/** The pictures of the file, small beside the answers, large on demand. */
import React, { useState } from 'react';
import { Icon } from '../parts.tsx';
import { useWords } from '../words.ts';
import { NotedDefects } from './answers.tsx';
import type { Desk, ShownDocument } from './file.ts';
import { FindingButton, FindingEditor } from './finding-editor.tsx';
import { Lightbox } from './lightbox.tsx';

export function Documents({ desk }: { desk: Desk }) {
  const { word } = useWords();
  const [open, setOpen] = useState<number | null>(null);
  const { documents, damagedDocuments, revision } = desk.file;
  if (revision === 0 && documents.length === 0) return null;
  return (
    <section className="dv-card dv-documents">
      <h2>{word('review.documents')}</h2>
      {documents.length === 0 ? <p className="dv-none">{word('review.noDocument')}</p> : null}
      {damagedDocuments.length === 0 ? null : (
        <p className="dv-problem" role="alert">
          {word('review.damaged', { titles: damagedDocuments.join('، ') })}
        </p>
      )}
      <ul>
        {documents.map((document, index) => (
          <DocumentTile key={document.kind} desk={desk} document={document} enlarge={() => setOpen(index)} />
        ))}
      </ul>
      {open === null ? null : (
        <Lightbox desk={desk} index={open} show={setOpen} close={() => setOpen(null)} />
      )}
    </section>
  );
}

interface TileProps {
  readonly desk: Desk;
  readonly document: ShownDocument;
  readonly enlarge: () => void;
}

function DocumentTile({ desk, document, enlarge }: TileProps) {
  const { word } = useWords();
  const { kind, title, url, changed } = document;
  const target = `/documents/${kind}`;
  return (
    <li className={desk.findings[target] ? 'dv-noted' : ''} data-target={target}>
      <button
        type="button"
        className="dv-thumb"
        aria-label={word('review.enlarge', { title })}
        onClick={enlarge}
      >
        <img src={url} alt="" loading="lazy" />
        <Icon name="plus" size={18} />
      </button>
      <div className="dv-tile-title">
        <b>{title}</b>
        {changed ? <span className="dv-mark">{word('review.changed')}</span> : null}
        <FindingButton desk={desk} target={target} title={title} />
      </div>
      <NotedDefects desk={desk} target={target} />
      <FindingEditor desk={desk} target={target} title={title} />
    </li>
  );
}
