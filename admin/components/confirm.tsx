/** A yes before something that others will notice. */
import React, { type ReactNode } from 'react';
import { Dialog } from './dialog.tsx';
import { useWords } from './words.ts';

interface ConfirmProps {
  readonly question: string;
  readonly confirm: () => void;
  readonly cancel: () => void;
  readonly children?: ReactNode;
}

export function Confirm({ question, confirm, cancel, children }: ConfirmProps) {
  const { word } = useWords();
  return (
    <Dialog close={cancel} title={question}>
      {children}
      <div className="dv-dialog-actions">
        <button type="button" className="dv-button dv-primary" onClick={confirm} autoFocus>
          {word('review.confirm')}
        </button>
        <button type="button" className="dv-button" onClick={cancel}>
          {word('review.cancel')}
        </button>
      </div>
    </Dialog>
  );
}
