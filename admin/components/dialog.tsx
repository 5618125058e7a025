/** A question before something final. The browser's own dialog: it keeps the focus inside and closes with Escape. */
import React, { useEffect, useRef, type ReactNode } from 'react';

interface DialogProps {
  readonly title: string;
  readonly close: () => void;
  readonly children: ReactNode;
  readonly className?: string;
}

export function Dialog({ title, close, children, className = 'dv-dialog' }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={className}
      aria-label={title}
      onClose={close}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      <div className="dv-dialog-body">
        <h2>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
