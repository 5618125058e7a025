/** A picture as large as the screen, to be read: zoom, turn, and on to the next without leaving. */
import React, { useEffect, useRef, useState, type KeyboardEvent, type WheelEvent } from 'react';
import { Icon } from '../parts.tsx';
import { useWords } from '../words.ts';
import type { Desk, ShownDocument } from './file.ts';
import { FindingButton, FindingEditor } from './finding-editor.tsx';

const ZOOM_STEP = 1.35;
const WHEEL_STEP = 1.1;
/** A double click goes this near, and back. */
const ZOOM_TO_READ = 2.5;
const ZOOM_MAX = 6;
const QUARTER_TURN = 90;

interface LightboxProps {
  readonly desk: Desk;
  readonly index: number;
  readonly show: (index: number) => void;
  readonly close: () => void;
}

function within(zoom: number): number {
  return Math.min(ZOOM_MAX, Math.max(1, zoom));
}

/** How the picture is looked at; begins anew with each picture. */
function useLook(index: number) {
  const [zoom, setZoom] = useState(1);
  const [angle, setAngle] = useState(0);
  const stage = useRef<HTMLDivElement>(null);
  useEffect(() => {
    setZoom(1);
    setAngle(0);
  }, [index]);
  // A larger picture grows around its middle, not out of a corner.
  useEffect(() => {
    const { current } = stage;
    current?.scrollTo(
      (current.scrollWidth - current.clientWidth) / 2,
      (current.scrollHeight - current.clientHeight) / 2,
    );
  }, [zoom]);
  return {
    zoom,
    angle,
    stage,
    zoomBy: (factor: number) => setZoom(within(zoom * factor)),
    toggle: () => setZoom(zoom > 1 ? 1 : ZOOM_TO_READ),
    turn: () => setAngle(angle + QUARTER_TURN),
  };
}

type Look = ReturnType<typeof useLook>;

export function Lightbox({ desk, index, show, close }: LightboxProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const look = useLook(index);
  const { documents } = desk.file;
  const document = documents[index];
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  if (!document) return null;

  const step = (by: number): void => show((index + by + documents.length) % documents.length);
  const onKey = (event: KeyboardEvent): void => {
    if ((event.target as HTMLElement).matches('select, textarea')) return;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => step(1),
      ArrowRight: () => step(-1),
      '+': () => look.zoomBy(ZOOM_STEP),
      '=': () => look.zoomBy(ZOOM_STEP),
      '-': () => look.zoomBy(1 / ZOOM_STEP),
      r: look.turn,
    };
    keys[event.key]?.();
  };
  const about = { desk, target: `/documents/${document.kind}`, title: document.title };
  return (
    <dialog
      ref={dialog}
      className="dv-lightbox"
      aria-label={document.title}
      onClose={close}
      onKeyDown={onKey}
    >
      <Bar look={look} about={about} index={index} close={close} />
      <FindingEditor {...about} />
      <Picture look={look} document={document} />
      {documents.length > 1 ? <Steps step={step} /> : null}
    </dialog>
  );
}

interface BarProps {
  readonly look: Look;
  readonly about: { readonly desk: Desk; readonly target: string; readonly title: string };
  readonly index: number;
  readonly close: () => void;
}

function Bar({ look, about, index, close }: BarProps) {
  const { word } = useWords();
  const total = about.desk.file.documents.length;
  return (
    <header>
      <b>{about.title}</b>
      <small>{word('review.of', { n: index + 1, total })}</small>
      <span className="dv-spring" />
      <FindingButton {...about} />
      <Tool name="minus" label={word('review.zoomOut')} act={() => look.zoomBy(1 / ZOOM_STEP)} />
      <Tool name="plus" label={word('review.zoomIn')} act={() => look.zoomBy(ZOOM_STEP)} />
      <Tool name="rotate" label={word('review.rotate')} act={look.turn} />
      <Tool name="close" label={word('review.close')} act={close} />
    </header>
  );
}

function Picture({ look, document }: { look: Look; document: ShownDocument }) {
  const { zoom, angle, stage, zoomBy, toggle } = look;
  const onWheel = (event: WheelEvent): void => zoomBy(event.deltaY < 0 ? WHEEL_STEP : 1 / WHEEL_STEP);
  const size = `${zoom * 100}%`;
  return (
    <div ref={stage} className="dv-lightbox-stage" dir="ltr" onWheel={onWheel}>
      <img
        src={document.url}
        alt={document.title}
        style={{ inlineSize: size, blockSize: size, transform: `rotate(${angle}deg)` }}
        onDoubleClick={toggle}
      />
    </div>
  );
}

function Steps({ step }: { step: (by: number) => void }) {
  const { word } = useWords();
  return (
    <footer>
      <button type="button" className="dv-button" onClick={() => step(-1)}>
        {word('review.previous')}
      </button>
      <button type="button" className="dv-button" onClick={() => step(1)}>
        {word('review.next')}
      </button>
    </footer>
  );
}

function Tool({
  name,
  label,
  act,
}: {
  name: 'plus' | 'minus' | 'rotate' | 'close';
  label: string;
  act: () => void;
}) {
  return (
    <button type="button" className="dv-icon-button" aria-label={label} title={label} onClick={act}>
      <Icon name={name} />
    </button>
  );
}
