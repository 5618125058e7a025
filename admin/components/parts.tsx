/** Small parts that every page of the panel uses. */
import React, { type ReactNode } from 'react';
import { useWords } from './words.ts';

const TONES: Readonly<Record<string, string>> = {
  'under-review': 'waiting',
  'awaiting-corrections': 'candidate',
  approved: 'good',
  rejected: 'bad',
  withdrawn: 'quiet',
  expired: 'quiet',
};

export function StatusBadge({ status }: { status: string }) {
  const { value } = useWords();
  return <span className={`dv-badge dv-badge-${TONES[status] ?? 'neutral'}`}>{value(status)}</span>;
}

export function Loading() {
  return (
    <div className="dv-loading" role="status">
      <span />
      <span />
      <span />
    </div>
  );
}

export function Failed({ text, again }: { text: string; again: () => void }) {
  const { word } = useWords();
  return (
    <div className="dv-empty" role="alert">
      <p>{text}</p>
      <button type="button" className="dv-button" onClick={again}>
        {word('list.again')}
      </button>
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <div className="dv-empty">{children}</div>;
}

export type IconName = keyof typeof PATHS;

/** Line icons on a grid of 24, drawn with the colour of the text. */
const PATHS = {
  inbox: 'M4 13h4l2 3h4l2-3h4M5 5h14l2 8v6H3v-6z',
  message: 'M4 5h16v11H9l-5 4z',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M9 9.5h.01',
  calendar: 'M5 6h14v14H5zM5 10h14M9 3v4M15 3v4',
  pin: 'M12 21s7-6.2 7-11a7 7 0 0 0-14 0c0 4.8 7 11 7 11zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  users:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-3.5 2.5-6 6-6s6 2.5 6 6M16 4.5a3.5 3.5 0 0 1 0 6.5M17 14.5c2.5.6 4 2.7 4 5.5',
  shield: 'M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM9 12l2 2 4-4',
  home: 'M4 11l8-7 8 7v9h-5v-6H9v6H4z',
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'M6 6l12 12M18 6L6 18',
  exit: 'M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  rotate: 'M19 12a7 7 0 1 1-2.5-5.3L19 9M19 4v5h-5',
  flag: 'M6 21V4h11l-2.5 4L17 12H6',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  back: 'M9 6l6 6-6 6',
  link: 'M14 5h5v5M19 5l-8 8M17 14v5H5V7h5',
  identity:
    'M4 5h16v14H4zM9 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM6 16c.4-1.7 1.5-2.5 3-2.5s2.6.8 3 2.5M14.5 10H17M14.5 14H17',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 20h4',
  power: 'M12 4v8M7 6.5a7.5 7.5 0 1 0 10 0',
  card: 'M3 6h18v12H3zM3 10h18M7 14.5h4',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.5V12l3 2',
} as const;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      className={`dv-icon dv-icon-${name}`}
      viewBox="0 0 24 24"
      width={size}
      height={size}
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
