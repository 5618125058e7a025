/** The two registries, with Zibal's contract (iran.md §4): whose a line is (Shahkar), and who a national id is. */
import { Router, type Response } from 'express';
import { z } from 'zod';
import { toJalali } from '../domain/jalali-date.ts';
import { parseNationalId } from '../domain/national-id.ts';
import type { RequestHandler } from 'express';
import type { Person, World } from './world.ts';

const MESSAGES: Readonly<Record<number, string>> = {
  1: 'موفق',
  3: 'توکن نامعتبر است',
  6: 'مقدار ورودی نامعتبر است',
  44: 'اطلاعات یافت نشد',
};

function answer(response: Response, result: number, data?: object): void {
  response
    .status(result === 3 ? 401 : 200)
    .json({ result, message: MESSAGES[result] ?? '', ...(data && { data }) });
}

const NATIONAL_CODE = z.string().refine((text) => /^\d{10}$/.test(text) && parseNationalId(text) === text);
const LINE = z.object({ mobile: z.string().regex(/^09\d{9}$/), nationalCode: NATIONAL_CODE });
const PERSON = z.object({
  nationalCode: NATIONAL_CODE,
  birthDate: z.string().regex(/^1[34]\d\d\/(?:0\d|1[0-2])\/(?:[0-2]\d|3[01])$/),
});

interface ZibalSetup {
  readonly world: World;
  readonly token: string;
  readonly faults: { readonly line: RequestHandler; readonly person: RequestHandler };
}

export function zibalRoutes({ world, token, faults }: ZibalSetup): Router {
  const router = Router();
  router.use((request, response, next) => {
    if (request.headers.authorization === `Bearer ${token}`) next();
    else answer(response, 3);
  });
  router.post('/shahkarInquiry', faults.line, (request, response) => {
    const asked = LINE.safeParse(request.body);
    if (!asked.success) return answer(response, 6);
    const owner = world.lines.get(asked.data.mobile)?.owner;
    return answer(response, 1, { matched: owner === asked.data.nationalCode });
  });
  router.post('/nationalIdentityInquiry', faults.person, (request, response) => {
    const asked = PERSON.safeParse(request.body);
    if (!asked.success) return answer(response, 6);
    const person = world.people.get(asked.data.nationalCode);
    if (person === undefined || person.fate === 'unknown') return answer(response, 44);
    return answer(response, 1, identity(person, asked.data.birthDate));
  });
  return router;
}

function identity(person: Person, birthDate: string): object {
  const { year, month, day } = toJalali(person.birthDate);
  const born = [year, month, day].map((part) => String(part).padStart(2, '0')).join('/');
  if (born !== birthDate) return { matched: false };
  const { firstName, lastName, fatherName, fate } = person;
  return { matched: true, firstName, lastName, fatherName, alive: fate !== 'dead' };
}
