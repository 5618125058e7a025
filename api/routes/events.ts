/**
 * Server-Sent Events of a registration: `status` when it moves, `message` for each message.
 *
 * An event's id says how far its reader has come (facts seen, messages seen), so that a reader who lost the line
 * misses nothing: with `Last-Event-ID` the stream goes on from there.
 */
import type { Response } from 'express';
import { moverOf } from '../../domain/registration.ts';
import { Refusal } from '../../domain/refusal.ts';
import { listMessages } from '../../store/messages.ts';
import { readProgress } from '../../store/history.ts';
import { isLive } from '../../store/sessions.ts';
import { answer, route } from '../route.ts';
import type { Services } from '../services.ts';

const PING_MS = 15_000;
const RETRY_MS = 2_000;
/** Who does not ask for an event stream by name (a plain GET) reads what there is, and a little longer. */
const SHORT_STREAM_MS = 1_000;
/** Then the browser connects again by itself; a session that ended meanwhile is noticed. */
const LONG_STREAM_MS = 10 * 60_000;

interface Position {
  readonly facts: number;
  readonly messages: number;
}

/** An id that we never gave is the beginning: better to tell twice than to miss. */
function positionOf(lastEventId: string | undefined): Position {
  const [, facts, messages] = /^(\d{1,9})-(\d{1,9})$/u.exec(lastEventId ?? '') ?? [];
  return { facts: Number(facts ?? 0), messages: Number(messages ?? 0) };
}

function event(name: 'status' | 'message', position: Position, data: unknown): string {
  return `id: ${position.facts}-${position.messages}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** What is new since a position: the events, and the position after them. */
async function newsSince(
  { db }: Services,
  registrationId: string,
  since: Position,
): Promise<{ events: string; position: Position }> {
  const progress = await readProgress(db, registrationId);
  const messages = await listMessages(db, registrationId);
  let position = since;
  let events = '';
  for (const message of messages.slice(since.messages)) {
    position = { ...position, messages: position.messages + 1 };
    events += event('message', position, message);
  }
  if (progress.facts > since.facts) {
    position = { ...position, facts: progress.facts };
    const { status, revision, round, confirmation, updatedAt } = progress;
    events += event('status', position, {
      status,
      whoseMove: moverOf(progress),
      revision,
      round,
      confirmation,
      updatedAt,
    });
  }
  return { events, position };
}

interface Stream {
  readonly registrationId: string;
  readonly sessionId: string;
  readonly start: Position;
  readonly lifeMs: number;
}

/** Writes to the response as long as it is open; a reader who is gone is no error of ours. */
function openLine(response: Response, services: Services, { sessionId, lifeMs }: Stream) {
  const end = (): void => void response.end();
  const life = setTimeout(end, lifeMs);
  const forget = services.streams.add(sessionId, end);
  const line = {
    isOpen: () => !response.writableEnded && !response.destroyed,
    write: (text: string): void => void (line.isOpen() && response.write(text)),
    end,
    /** Calls this when nothing more can be written. */
    whenOver: (over: () => void): void => void response.once('close', over),
  };
  response.on('error', () => {});
  line.whenOver(() => {
    clearTimeout(life);
    forget();
  });
  return line;
}

function openStream(response: Response, services: Services, stream: Stream): void {
  // Gone before anything was said: there will be no `close` to clean up after.
  if (response.destroyed) return;
  const { registrationId, sessionId, start } = stream;
  const line = openLine(response, services, stream);
  let position = start;
  let reading = false;
  let again = false;

  const tell = async (): Promise<void> => {
    again = true;
    if (reading) return;
    reading = true;
    try {
      while (again && line.isOpen()) {
        again = false;
        // Who has signed out, or was replaced by another device, is told nothing more.
        if (!(await isLive(services.db, sessionId, services.now()))) return line.end();
        const news = await newsSince(services, registrationId, position);
        position = news.position;
        if (news.events !== '') line.write(news.events);
      }
    } catch (error) {
      // The reader comes back with the id of the last event that it saw.
      services.log.warn({ err: error, registrationId }, 'an event stream broke off');
      line.end();
    } finally {
      reading = false;
    }
  };

  line.write(`retry: ${RETRY_MS}\n\n`);
  line.whenOver(services.outcomes.subscribe(registrationId, () => void tell()));
  // News come by themselves; this keeps the line alive, and finds what was missed and sessions that have ended.
  const ping = setInterval(() => {
    line.write(': ping\n\n');
    void tell();
  }, PING_MS);
  line.whenOver(() => clearInterval(ping));
  void tell();
}

export const eventRoutes = [
  route({
    method: 'get',
    path: '/registrations/{id}/events',
    operation: 'streamEvents',
    summary: 'Server-Sent Events `status` and `message`; `Last-Event-ID` resumes',
    who: 'own-registration',
    byItself: true,
    answers: { 200: { media: 'text/event-stream' } },
    refusals: ['too-many-streams'],
    handle: async ({ params, request, session }, services) => {
      if (!services.streams.hasRoom(session.id)) {
        throw new Refusal('too-many-streams', { retryAfterSeconds: SHORT_STREAM_MS / 1000 });
      }
      const asked = (request.get('Accept') ?? '').includes('text/event-stream');
      const stream = {
        registrationId: params.id,
        sessionId: session.id,
        start: positionOf(request.get('Last-Event-ID')),
        lifeMs: asked ? LONG_STREAM_MS : SHORT_STREAM_MS,
      };
      return {
        ...answer(200, undefined, {
          'Content-Type': 'text/event-stream; charset=utf-8',
          'Cache-Control': 'no-store, no-transform',
          'X-Accel-Buffering': 'no',
        }),
        stream: (response: Response) => openStream(response, services, stream),
      };
    },
  }),
];
