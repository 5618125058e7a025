/**
 * Takes a JPEG from a stranger and makes a picture of our own of it: markers first, then a decoder in a child process
 * that can be killed, and only the re-encoded copy goes on (security.md UPL-1 to UPL-6).
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { walkMarkers, type WalkProblem } from './jpeg-markers.ts';
import { sha256 } from './secret.ts';

export interface PictureLimits {
  readonly maxBytes: number;
  /** Least length of the shorter side and most length of the longer one, in pixels. */
  readonly minPixels: number;
  readonly maxPixels: number;
}

export interface Picture {
  /** JPEG, sRGB, upright, without metadata. */
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
  /** Of `bytes`, hex. */
  readonly sha256: string;
}

/** `unavailable` is no fault of the picture: the machine had no time for it. */
export type PictureProblem =
  'document-not-jpeg' | 'document-damaged' | 'document-dimensions' | 'document-too-large' | 'unavailable';

export type DecodedPicture =
  | { readonly ok: true; readonly image: Picture; readonly stripped: readonly string[] }
  | { readonly ok: false; readonly code: PictureProblem; readonly detail: string };

export interface PictureDecoder {
  /** Never throws for what is in the bytes; rejects only when the decoder has been closed. */
  decode(bytes: Buffer, limits: PictureLimits): Promise<DecodedPicture>;
  close(): Promise<void>;
}

interface DecoderOptions {
  /** How many pictures at once; more than the cores gain nothing. */
  readonly processes: number;
  /** CPU time after which a decoder ends itself. Well-formed pictures take a tenth of the default. */
  readonly cpuMs?: number;
  /** A decoder that takes longer, whatever it does with the time, is killed. */
  readonly wallMs?: number;
  /** False only in tests, to see that the decoder's process is killed when the walk lets a bomb through. */
  readonly markersFirst?: boolean;
}

const CPU_MS = 2_000;
const WALL_MS = 15_000;
/** How a decoder ends whose picture has used up its CPU time. */
const USED_UP = 3;
/** What bounds the memory of one decoding: 4 bytes a pixel. */
const PIXELS_MAX = 12_000_000;
const PROCESS = fileURLToPath(new URL('./picture-process.mjs', import.meta.url));

const CODE_OF: Readonly<Record<WalkProblem, PictureProblem>> = {
  'not-jpeg': 'document-not-jpeg',
  'unusual-encoding': 'document-not-jpeg',
  truncated: 'document-damaged',
  malformed: 'document-damaged',
  'too-many-scans': 'document-damaged',
};

type Answer =
  | { readonly ok: true; readonly data: Uint8Array; readonly width: number; readonly height: number }
  | { readonly ok: false; readonly detail: string };

function refuse(code: PictureProblem, detail: string): DecodedPicture {
  return { ok: false, code, detail };
}

/** What can be said of the bytes without decoding them: the refusal, or what will be stripped. */
function judge(bytes: Buffer, limits: PictureLimits): DecodedPicture | readonly string[] {
  if (bytes.length > limits.maxBytes) return refuse('document-too-large', `${bytes.length} bytes`);
  const walk = walkMarkers(bytes);
  if (!walk.ok) return refuse(CODE_OF[walk.problem], walk.problem);
  const { width, height, extras } = walk.outline;
  const fits =
    Math.min(width, height) >= limits.minPixels &&
    Math.max(width, height) <= limits.maxPixels &&
    width * height <= PIXELS_MAX;
  return fits ? extras : refuse('document-dimensions', `${width}x${height}`);
}

interface TimeLimits {
  readonly cpuMs: number;
  readonly wallMs: number;
}

const NO_TIME = 'no-time';

/** One child process at a time, replaced when it was killed or died; answers one picture after another. */
class DecoderProcess {
  private child: Promise<ChildProcess> | undefined;
  private answer: ((answer: Answer) => void) | undefined;
  private readonly limits: TimeLimits;

  constructor(limits: TimeLimits) {
    this.limits = limits;
  }

  async decode(bytes: Buffer): Promise<Answer> {
    this.child ??= this.start();
    const child = await this.child;
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<Answer>((resolve) => {
      this.answer = resolve;
      timer = setTimeout(() => {
        resolve({ ok: false, detail: NO_TIME });
        child.kill('SIGKILL');
      }, this.limits.wallMs);
      // What cannot be sent is answered by the end of the process.
      child.send(bytes, () => {});
    });
    const answer = await answered;
    clearTimeout(timer);
    this.answer = undefined;
    if (!answer.ok && answer.detail === NO_TIME) this.child = undefined;
    return answer;
  }

  kill(): void {
    void this.child?.then(
      (child) => child.kill('SIGKILL'),
      () => {},
    );
    this.child = undefined;
  }

  /** Resolves when the process can take pictures; the time that it needs for that is not the picture's. */
  private start(): Promise<ChildProcess> {
    // Nothing of our environment is any business of a decoder's.
    const child = fork(PROCESS, [String(this.limits.cpuMs)], {
      ...{ serialization: 'advanced', execArgv: [], env: {} },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const starting = new Promise<ChildProcess>((resolve, reject) => {
      /** A process that was replaced may still end or answer; that is no news about the present picture. */
      const answer = (it: Answer): void => {
        if (this.child === starting) this.answer?.(it);
      };
      child.on('message', (message: { ready?: true } & ({ ok: true } | { ok: false })) => {
        if (message.ready) resolve(child);
        else answer(message.ok ? (message as Answer) : { ok: false, detail: 'undecodable' });
      });
      const ended = (exit: unknown): void => {
        reject(new Error('The decoder process could not be started.'));
        answer({ ok: false, detail: exit === USED_UP ? 'too-slow' : 'decoder-died' });
        if (this.child === starting) this.child = undefined;
      };
      child.once('error', ended);
      child.once('exit', ended);
    });
    return starting;
  }
}

interface Job {
  readonly bytes: Buffer;
  readonly done: (answer: Answer) => void;
  readonly failed: (error: Error) => void;
}

class Pool {
  private readonly idle: DecoderProcess[];
  private readonly all: readonly DecoderProcess[];
  private readonly waiting: Job[] = [];
  private closed = false;

  constructor(processes: number, limits: TimeLimits) {
    this.all = Array.from({ length: processes }, () => new DecoderProcess(limits));
    this.idle = [...this.all];
  }

  run(bytes: Buffer): Promise<Answer> {
    if (this.closed) return Promise.reject(new Error('The picture decoder is closed.'));
    return new Promise((done, failed) => {
      this.waiting.push({ bytes, done, failed });
      this.next();
    });
  }

  close(): void {
    this.closed = true;
    for (const decoder of this.all) decoder.kill();
    for (const job of this.waiting.splice(0)) job.failed(new Error('The picture decoder is closed.'));
  }

  private next(): void {
    const decoder = this.waiting.length > 0 ? this.idle.pop() : undefined;
    const job = decoder && this.waiting.shift();
    if (!decoder || !job) return;
    decoder
      .decode(job.bytes)
      .then(job.done, job.failed)
      .finally(() => {
        this.idle.push(decoder);
        this.next();
      });
  }
}

/** A decoder with a pool of child processes, which start with the first pictures. Close it to end them. */
export function createPictureDecoder(options: DecoderOptions): PictureDecoder {
  const { processes, cpuMs = CPU_MS, wallMs = WALL_MS, markersFirst = true } = options;
  const pool = new Pool(processes, { cpuMs, wallMs });
  return {
    decode: async (bytes, limits) => {
      const verdict = markersFirst ? judge(bytes, limits) : [];
      if ('ok' in verdict) return verdict;
      const answer = await pool.run(bytes);
      if (!answer.ok) {
        return refuse(answer.detail === NO_TIME ? 'unavailable' : 'document-damaged', answer.detail);
      }
      const own = Buffer.from(answer.data);
      const { width, height } = answer;
      const image = { bytes: own, width, height, sha256: sha256(own).toString('hex') };
      return { ok: true, image, stripped: verdict };
    },
    close: () => Promise.resolve(pool.close()),
  };
}
