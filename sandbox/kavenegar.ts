/**
 * SMS provider A, with Kavenegar's contract (iran.md §5.1): `verify/lookup`, `sms/send`, `sms/status`,
 * `sms/statuslocalmessageid`, and its delivery reports. The texts of codes lie here, as templates do at the provider.
 */
import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import type { Reporter } from './delivery-reports.ts';
import { receiverOf } from './inbox.ts';
import type { Message, World } from './world.ts';

const SENDER = '2000500666';
/** So long after it was sent, a message has reached the phone. */
const DELIVERY_MS = 2_000;
const COST_RIALS = 1_200;
const TEXT_MAX = 900;

/** As docs/operations.md tells an operator to register them, without the line of browsers: no pages are ours here. */
const TEMPLATES: Readonly<Record<string, string>> = {
  'davtalab-login-2': 'کد ورود داوطلبان: %token\nبه کسی ندهید.',
  'davtalab-submit-2': 'کد ارسال پرسشنامه: %token\nبه کسی ندهید.',
  'davtalab-withdraw-2': 'کد انصراف از ثبت‌نام: %token\nبه کسی ندهید.',
  'davtalab-mobile': 'کد تغییر شماره همراه: %token\nبه کسی ندهید.',
  'davtalab-new-mobile': 'کد ثبت شماره داوطلب: %token\nبه کسی ندهید.',
};

/** The provider's results, which are also its HTTP statuses. */
const RESULTS: Readonly<Record<number, string>> = {
  200: 'تایید شد',
  400: 'پارامترها ناقص هستند',
  403: 'کد شناسائی API-Key معتبر نمی‌باشد',
  404: 'متد نامشخص است',
  411: 'دریافت کننده نامعتبر است',
  413: 'پیام خالی است و یا طول پیام بیش از حد مجاز می‌باشد',
  424: 'الگوی مورد نظر پیدا نشد',
  431: 'ساختار کد صحیح نمی‌باشد',
};

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  5: 'ارسال به مخابرات',
  10: 'رسیده به گیرنده',
  100: 'شناسه پیامک نامعتبر است',
};

function answer(response: Response, status: number, entries: readonly unknown[] | null = null): void {
  response.status(status).json({ return: { status, message: RESULTS[status] ?? '' }, entries });
}

const LOOKUP = z.object({ receptor: z.string(), template: z.string(), token: z.string() });
const SEND = z.object({ receptor: z.string(), message: z.string(), localid: z.string().optional() });
const MANY_MAX = 200;

interface Account {
  readonly key: string;
  /** Null when the customer has given no address for reports. */
  readonly report: Reporter | null;
}

export function kavenegarRoutes(world: World, { key, report }: Account): Router {
  const router = Router({ mergeParams: true });
  const method = (path: string, act: (form: unknown, response: Response) => void) =>
    router.all(path, (request: Request, response) => {
      // The provider takes its parameters from the query or from a form.
      act({ ...request.query, ...(request.body as object | undefined) }, response);
    });
  router.use((request: Request<{ key?: string }>, response, next) => {
    if (request.params.key === key) next();
    else answer(response, 403);
  });
  method('/verify/lookup.json', (form, response) => lookup(world, form, response));
  method('/sms/send.json', (form, response) => send({ world, report }, form, response));
  method('/sms/status.json', (form, response) => {
    const ids = listOf(form, 'messageid');
    if (ids === undefined) answer(response, 400);
    else
      answer(
        response,
        200,
        ids.map((id) => ({ messageid: Number(id), ...state(world, world.messageOfId(Number(id))) })),
      );
  });
  method('/sms/statuslocalmessageid.json', (form, response) => {
    const ids = listOf(form, 'localid');
    if (ids === undefined) answer(response, 400);
    else
      answer(
        response,
        200,
        ids.map((localid) => localState(world, localid)),
      );
  });
  router.use((_request, response) => answer(response, 404));
  return router;
}

function lookup(world: World, form: unknown, response: Response): void {
  const asked = LOOKUP.safeParse(form);
  if (!asked.success) return answer(response, 400);
  const { receptor, template, token } = asked.data;
  const to = receiverOf(receptor);
  const text = Object.hasOwn(TEMPLATES, template) ? TEMPLATES[template] : undefined;
  if (to === undefined) return answer(response, 411);
  if (text === undefined) return answer(response, 424);
  if (!/^\S{1,100}$/u.test(token)) return answer(response, 431);
  // A function, so that a `$` in the token is no pattern.
  const message = { to, text: text.replace('%token', () => token), provider: 'sms-a', localId: null };
  return answer(response, 200, [entry(world, world.deliver(message))]);
}

/** A message that comes again under the same `localid` is not sent again; the answer is that of the first. */
function send(
  { world, report }: { world: World; report: Reporter | null },
  form: unknown,
  response: Response,
): void {
  const asked = SEND.safeParse(form);
  if (!asked.success) return answer(response, 400);
  const { receptor, message: text, localid } = asked.data;
  const to = receiverOf(receptor);
  if (to === undefined) return answer(response, 411);
  if (text === '' || text.length > TEXT_MAX) return answer(response, 413);
  if (localid !== undefined && !/^\d{1,19}$/.test(localid)) return answer(response, 400);
  const earlier = localid === undefined ? undefined : world.messageOfLocalId(localid);
  const message = earlier ?? world.deliver({ to, text, provider: 'sms-a', localId: localid ?? null });
  if (earlier === undefined) report?.(message);
  return answer(response, 200, [entry(world, message)]);
}

function listOf(form: unknown, name: string): string[] | undefined {
  const asked = z.object({ [name]: z.string().regex(/^\d{1,19}(?:,\d{1,19})*$/) }).safeParse(form);
  const ids = asked.success ? asked.data[name]?.split(',') : undefined;
  return ids !== undefined && ids.length <= MANY_MAX ? ids : undefined;
}

function state(world: World, message: Message | undefined): { status: number; statustext: string } {
  const known = message !== undefined && message.provider === 'sms-a';
  const status = !known ? 100 : world.now() - message.sentAt < DELIVERY_MS ? 5 : 10;
  return { status, statustext: STATUS_TEXTS[status] ?? '' };
}

function localState(world: World, localid: string): unknown {
  const message = world.messageOfLocalId(localid);
  return { messageid: message?.id ?? 0, localid, ...state(world, message) };
}

function entry(world: World, message: Message): unknown {
  return {
    messageid: message.id,
    message: message.text,
    ...state(world, message),
    sender: SENDER,
    receptor: message.to,
    date: Math.trunc(message.sentAt / 1000),
    cost: COST_RIALS,
  };
}
