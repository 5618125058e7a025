/** The panel on a port of its own, and a browser's manners: cookies, origin, forms. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPanelApp } from '../../admin/app.ts';
import type { PanelOptions } from '../../admin/panel.ts';
import { KEEP_ALIVE_MS } from '../../platform/keep-alive.ts';
import { acceptDecision, acceptIdentityProof } from '../../store/commands.ts';
import { changeWindow } from '../../store/windows.ts';
import { demoStaff, freshDatabase, type FreshDatabase } from '../support/database.ts';
import { quietLog } from '../support/quiet-log.ts';

export interface TestPanel {
  readonly url: string;
  readonly fresh: FreshDatabase;
  /** Moves the clock that the panel reads. */
  advance(seconds: number): void;
  stop(): Promise<void>;
}

export interface Visitor {
  readonly url: string;
  cookie: string;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
}

/** The panel over a fresh database. Decisions are accepted for real; without an engine they stay undecided. */
export async function startPanel(decide?: PanelOptions['decide']): Promise<TestPanel> {
  const fresh = await freshDatabase();
  let skew = 0;
  const { app } = createPanelApp({
    app: fresh.db,
    panel: fresh.panel(),
    decide: decide ?? ((request) => acceptDecision(fresh.db, request)),
    prove: (request) => acceptIdentityProof(fresh.db, request),
    changeWindow: (change) => changeWindow(fresh.db, change),
    temporalUi: { url: 'http://127.0.0.1:8233', namespace: 'default' },
    publicUrl: 'http://panel.example',
    secure: false,
    trustedProxies: ['127.0.0.0/8'],
    logger: quietLog(),
    now: () => new Date(Date.now() + skew),
  });
  const server = await new Promise<Server>((ready) => {
    const listening = app.listen(0, '127.0.0.1', () => ready(listening));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    fresh,
    advance: (seconds) => {
      skew += seconds * 1000;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await fresh.drop();
    },
  };
}

/** A browser at the panel that nobody has signed in to. */
export function visit(url: string): Visitor {
  const visitor: Visitor = {
    url,
    cookie: '',
    get: (path, headers = {}) => send(visitor, path, { headers }),
    post: (path, form, headers = {}) => {
      const body = new FormData();
      for (const [name, value] of Object.entries(form)) body.append(name, value);
      const own = { origin: url, 'sec-fetch-site': 'same-origin', ...headers };
      return send(visitor, path, { method: 'POST', headers: own, body });
    },
  };
  return visitor;
}

async function send(visitor: Visitor, path: string, init: RequestInit): Promise<Response> {
  const headers = { ...(init.headers as Record<string, string>) };
  if (visitor.cookie) headers['cookie'] = visitor.cookie;
  const response = await fetch(visitor.url + path, { ...init, headers, redirect: 'manual' });
  const [set] = response.headers.getSetCookie();
  if (set) visitor.cookie = set.split(';')[0] ?? '';
  return response;
}

/** Signs a demo account in: `damghan`, `garmsar` or `headquarters`. */
export async function signIn(url: string, who: string): Promise<Visitor> {
  const account = demoStaff().find(({ email }) => email.includes(who));
  if (!account) throw new Error(`There is no demo account of ${who}.`);
  const visitor = visit(url);
  const response = await visitor.post('/admin/login', { email: account.email, password: account.password });
  if (response.status !== 303) throw new Error(`Sign-in was answered with ${response.status}.`);
  return visitor;
}

export const api = (path: string): string => `/admin/api${path}`;
export const recordPath = (resource: string, id: string, action: string): string =>
  api(`/resources/${resource}/records/${id}/${action}`);
