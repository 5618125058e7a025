/** From page to page of a list. */
import React from 'react';
import { Icon } from './parts.tsx';
import { useWords } from './words.ts';

export const ROWS_PER_PAGE = 20;

interface PagerProps {
  readonly page: number;
  readonly total: number;
  readonly turn: (page: number) => void;
}

export function Pager({ page, total, turn }: PagerProps) {
  const { word } = useWords();
  const pages = Math.max(1, Math.ceil(total / ROWS_PER_PAGE));
  if (pages === 1) return null;
  return (
    <nav className="dv-pager">
      <button
        type="button"
        className="dv-icon-button"
        disabled={page <= 1}
        aria-label={word('list.previous')}
        onClick={() => turn(page - 1)}
      >
        <Icon name="back" />
      </button>
      <span>{word('list.page', { page, pages })}</span>
      <button
        type="button"
        className="dv-icon-button dv-forward"
        disabled={page >= pages}
        aria-label={word('list.next')}
        onClick={() => turn(page + 1)}
      >
        <Icon name="back" />
      </button>
    </nav>
  );
}
