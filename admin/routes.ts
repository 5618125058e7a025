/**
 * AdminJS's routes over Express, by our own hand. Its own binding writes uploads to disk before it knows who asks,
 * lets every action be called by GET, and any action be called as if it were of another kind.
 */
import type AdminJS from 'adminjs';
import { Router as AdminRouter, type ActionDecorator, type RouterType } from 'adminjs';
import { Router, type Request, type Response } from 'express';
import { Refusal } from '../domain/refusal.ts';
import { isUuid } from '../store/worklist.ts';
import { ROOT, staffOf } from './access.ts';
import { currentAdminOf } from './context.ts';
import { readForm } from './form.ts';
import { createPanel, type PanelOptions } from './panel.ts';
import { noticeOf, refusedRecord } from './problems.ts';
import { finishShell } from './shell.ts';

const FORM_BYTES_MAX = 256 * 1024;

/** The actions that change something: by POST only. All others read: by GET only. */
export const CHANGING_ACTIONS: readonly string[] = [
  ...['approve', 'return', 'reject', 'window'],
  ...['proposeIdentity', 'confirmIdentity', 'declineIdentity', 'takeBackIdentity', 'lookUp'],
  ...['writeNotice', 'endNotice', 'turnOff', 'turnOn', 'setPrefix', 'endPrefix'],
  ...['findLock', 'liftLock'],
];

type Route = RouterType['routes'][number];

/** Deprecated, or not ours: the search by path, and the bundle, which admin/assets.ts serves. */
const LEFT_OUT = ['/api/resources/{resourceId}/search/{query}', '/api/resources/{resourceId}/search'];
const SERVED = AdminRouter.routes.filter(
  ({ path, action }) =>
    !LEFT_OUT.includes(path) && action !== 'bundleComponents' && !path.includes('/pages/'),
);

export function panelRoutes(options: PanelOptions): Router {
  const admin = createPanel(options);
  const router = Router();
  for (const route of SERVED) {
    const path = ROOT + route.path.replace(/\{(\w+)\}/g, ':$1');
    const serve = (request: Request, response: Response) => answer(admin, route, { request, response });
    if (route.method === 'GET') router.get(path, serve);
    else router.post(path, serve);
  }
  return router;
}

interface Exchange {
  readonly request: Request;
  readonly response: Response;
}

async function answer(admin: AdminJS, route: Route, { request, response }: Exchange): Promise<void> {
  const call = route.path.startsWith('/api/');
  if (call) checkCall(admin, route, request);
  const payload = request.method === 'POST' ? await readForm(request, FORM_BYTES_MAX) : {};
  const method = request.method.toLowerCase();
  const { params, query } = request;
  const Controller = route.Controller as new (
    parts: { admin: AdminJS },
    staff: unknown,
  ) => Record<string, (request: unknown, response: Response) => Promise<unknown>>;
  const controller = new Controller({ admin }, currentAdminOf(staffOf(response)));
  const result = await controller[route.action]?.({ params, query, payload, method }, response);
  if (!call) {
    response.type('html').send(finishShell(String(result), String(response.locals['nonce'])));
  } else {
    sendResult(response, result as Result);
  }
}

interface Result {
  readonly notice?: { readonly code?: string; readonly type?: string };
  readonly record?: { readonly baseError?: { readonly type?: string } | null };
}

/** AdminJS answers 200 to everything; what is not there, or not allowed, says so in its status too. */
function sendResult(response: Response, result: Result): void {
  const failed =
    result.notice?.type === 'error' && !result.notice.code ? result.record?.baseError?.type : undefined;
  if (failed === 'NotFoundError') response.status(404).json(refusedRecord(noticeOf('not-found')));
  else if (failed === 'ForbiddenError') response.status(403).json(refusedRecord(noticeOf('forbidden')));
  else response.json(result);
}

/** The resource and the action exist, the action is of this kind, the method is its own, ids look like ids. */
function checkCall(admin: AdminJS, { path }: Route, { method, params, query }: Request): void {
  const { resourceId, recordId, action } = params as Record<string, string | undefined>;
  if (resourceId === undefined) return;
  const resource = admin.resources.find((one) => one.id() === resourceId);
  if (!resource) throw new Refusal('not-found');
  const { actions } = resource.decorate();
  const known = action !== undefined && Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!known || !isOfKind(known, path)) throw new Refusal('not-found');
  const own = CHANGING_ACTIONS.includes(known.name) ? 'POST' : 'GET';
  if (method !== own) throw new Refusal('method-not-allowed', { allow: [own] });
  if (recordId !== undefined && !isUuid(recordId)) throw new Refusal('not-found');
  if (typeof query['recordIds'] === 'string' && !query['recordIds'].split(',').every(isUuid)) {
    throw new Refusal('not-found');
  }
}

function isOfKind(action: ActionDecorator, path: string): boolean {
  if (path.includes('/records/')) return action.isRecordType();
  return path.includes('/bulk/') ? action.isBulkType() : action.isResourceType();
}
