/** The frame of a section's page: its name, what it is for, and beneath that what was read, or that it was not. */
import React, { type ReactNode } from 'react';
import type { Loaded } from './calls.ts';
import { Failed, Loading } from './parts.tsx';
import { useWords } from './words.ts';

interface SectionFrameProps<Body> {
  /** The section's id; its name stands among the labels. */
  readonly section: string;
  readonly lead: string;
  /** Beside the name. */
  readonly button?: ReactNode;
  /** Between the lead and what was read; stays while it is read again. */
  readonly tools?: ReactNode;
  /** For a table; the others are as wide as a text is read. */
  readonly wide?: boolean;
  readonly loaded: Loaded<Body>;
  readonly again: () => void;
  readonly children: (body: Body) => ReactNode;
}

export function SectionFrame<Body>(props: SectionFrameProps<Body>) {
  const { section, lead, button, tools, wide = false, loaded, again, children } = props;
  const { word, label } = useWords();
  return (
    <main className={wide ? 'dv-page' : 'dv-page dv-narrow'}>
      <div className="dv-heading">
        <h1>{label(section)}</h1>
        {button}
      </div>
      <p className="dv-lead">{lead}</p>
      {tools}
      {loaded.state === 'loading' ? <Loading /> : null}
      {loaded.state === 'failed' ? <Failed text={word('list.failed')} again={again} /> : null}
      {loaded.state === 'ready' ? children(loaded.body) : null}
    </main>
  );
}
