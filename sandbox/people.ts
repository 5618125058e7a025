/**
 * The registry's people: who exists from the start, `GET /people`, `GET /people.json`, `POST /people`,
 * and `POST /people/{nationalId}/lines` for one more number of theirs.
 */
import { Router } from 'express';
import { z } from 'zod';
import { formatJalaliDay } from '../domain/jalali-date.ts';
import { html, sendPage, type Markup } from './page.ts';
import { sendProblem } from './problem.ts';
import { mobileOf, REFUSED_ISSUERS, syntheticCard, syntheticPerson } from './synthetic-person.ts';
import type { Card, Fate, Person, World } from './world.ts';

const FATE_TEXTS: Readonly<Record<Fate, string>> = {
  'no-line': 'خطی به نام خود ندارد',
  'other-line': 'خط به نام کس دیگری است',
  'refused-bank': 'کارت نخست از بانکی است که پذیرفته نیست',
  'other-card': 'کارت از آنِ کس دیگری است',
  'other-card-line': 'کارت در بانک با شماره دیگری ثبت شده است',
  'blocked-card': 'کارت مسدود است',
  'expired-card': 'تاریخ کارت گذشته است',
  dead: 'درگذشته است',
  unknown: 'در ثبت احوال شناخته نیست',
  'under-age': 'کمتر از ۲۵ سال دارد',
};

/** The first people of a new world: some ordinary ones, then one for each fate, six for the refused banks. */
const ORDINARY_COUNT = 20;
const LONE_FATES: readonly Fate[] = [
  'no-line',
  'other-line',
  'other-card',
  'other-card-line',
  'blocked-card',
  'expired-card',
  'dead',
  'unknown',
  'under-age',
];
const UNDER_AGE_YEARS = 20;
/** Whoever owns what the listed people only use stands far behind in the sequence and is not listed. */
const STRANGERS_FROM = 5_000_000;
const POST_MAX = 10_000;
const PAGE_SIZE = 100;

/** Fills an empty world; a world that was kept stays as it is. */
export function populate(world: World): void {
  if (world.people.size > 0) return;
  addOrdinary(world, ORDINARY_COUNT);
  for (const issuer of REFUSED_ISSUERS) {
    const index = world.people.size;
    const cards = [syntheticCard({ index, issuer }), syntheticCard({ index, turn: 1 })];
    settle(world, { person: { ...syntheticPerson(index), fate: 'refused-bank' }, cards });
  }
  for (const fate of LONE_FATES) addFated(world, fate);
}

type Names = Partial<Pick<Person, 'firstName' | 'lastName' | 'fatherName'>>;

/** Adds so many people with nothing special about them but, if wanted, their names, and returns them. */
function addOrdinary(world: World, count: number, names: Names = {}): Person[] {
  return Array.from({ length: count }, () => {
    const index = world.people.size;
    const person = { ...syntheticPerson(index), ...names };
    return settle(world, { person, cards: [syntheticCard({ index })] });
  });
}

function addFated(world: World, fate: Fate): void {
  const index = world.people.size;
  const stranger = syntheticPerson(STRANGERS_FROM + index);
  const person: Person = { ...syntheticPerson(index), fate };
  const card = syntheticCard({ index });
  const cards: Readonly<Partial<Record<Fate, Card>>> = {
    // A relative's card, with this person's number at the bank: the dynamic password comes, the holder differs.
    'other-card': { ...card, holder: stranger.nationalId },
    'other-card-line': { ...card, mobile: mobileOf(index, 1) },
    'blocked-card': { ...card, blocked: true },
    'expired-card': { ...card, year: '01', expired: true },
  };
  const owners: Readonly<Partial<Record<Fate, string | null>>> = {
    'no-line': null,
    'other-line': stranger.nationalId,
  };
  const owner = owners[fate];
  const born = new Date(world.now());
  born.setUTCFullYear(born.getUTCFullYear() - UNDER_AGE_YEARS, born.getUTCMonth(), 1);
  settle(world, {
    person: fate === 'under-age' ? { ...person, birthDate: born.toISOString().slice(0, 10) } : person,
    cards: [cards[fate] ?? card],
    ...(owner === undefined ? {} : { owner }),
  });
}

interface Settler {
  readonly person: Person;
  readonly cards: readonly Card[];
  /** National id in whose name the line is: the person's own unless given; null for nobody's. */
  readonly owner?: string | null;
}

function settle(world: World, { person, cards, owner = person.nationalId }: Settler): Person {
  const settled = { ...person, cards: cards.map(({ number }) => number) };
  for (const card of cards) world.saveCard(card);
  if (owner !== null) world.saveLine({ mobile: person.mobile, owner });
  world.savePerson(settled);
  return settled;
}

/** One more number in the person's own name. */
function addLine(world: World, { index, nationalId }: Person): string {
  for (let turn = 2; ; turn += 1) {
    const mobile = mobileOf(index, turn);
    if (world.lines.has(mobile)) continue;
    world.saveLine({ mobile, owner: nationalId });
    return mobile;
  }
}

/** A person as `GET /people.json` shows it (API.md §4). */
function view(world: World, person: Person): unknown {
  const { nationalId, mobile, firstName, lastName, fatherName, birthDate, sex, fate } = person;
  const cards = cardsOf(world, person).map(({ number, bank, cvv2, month, year }) => {
    return { number, bank, cvv2, month, year };
  });
  return { nationalId, mobile, firstName, lastName, fatherName, birthDate, sex, fate, cards };
}

function cardsOf(world: World, { cards }: Person): Card[] {
  return cards.flatMap((number) => world.cards.get(number) ?? []);
}

const name = z.string().min(1).max(50);
const NEW_PEOPLE = z.strictObject({
  count: z.coerce.number().int().min(1).max(POST_MAX),
  names: z.strictObject({ firstName: name, lastName: name, fatherName: name }).optional(),
});

export function peopleRoutes(world: World): Router {
  const router = Router();
  router.get('/people.json', (_request, response) => {
    response.json({ items: [...world.people.values()].map((person) => view(world, person)) });
  });
  router.post('/people', (request, response) => {
    const wish = NEW_PEOPLE.safeParse(request.body ?? {});
    if (!wish.success) {
      sendProblem(response, { status: 400, title: `count must be a number from 1 to ${POST_MAX}` });
      return;
    }
    const people = addOrdinary(world, wish.data.count, wish.data.names);
    // The form on the page leads back to the page; everybody else gets what was asked for.
    if (request.accepts(['json', 'html']) === 'html') response.redirect(303, '/people');
    else response.status(201).json({ items: people.map((person) => view(world, person)) });
  });
  router.post('/people/:nationalId/lines', (request, response) => {
    const person = [...world.people.values()].find(
      ({ nationalId }) => nationalId === request.params.nationalId,
    );
    if (person === undefined)
      return sendProblem(response, { status: 404, title: 'nobody has this national id' });
    response.status(201).json({ mobile: addLine(world, person) });
  });
  router.get('/people', (request, response) => {
    const from = Math.max(0, Math.trunc(Number(request.query['from'] ?? 0)) || 0);
    sendPage(response, { title: 'مردم', body: peoplePage(world, from) });
  });
  return router;
}

function peoplePage(world: World, from: number): Markup {
  const shown = [...world.people.values()].slice(from, from + PAGE_SIZE);
  const next =
    from + PAGE_SIZE < world.people.size
      ? html`<p><a href="/people?from=${from + PAGE_SIZE}">بعدی</a></p>`
      : html``;
  return html`<p>${world.people.size} نفر؛ هیچ‌کدام وجود ندارد.</p>
    <form method="post" action="/people">
      <label>چند نفر دیگر؟ <input name="count" value="10" inputmode="numeric" dir="ltr" size="6" /></label
      ><button>بساز</button>
    </form>
    <div class="scroll">
      <table>
        <tr>
          <th>نام</th>
          <th>نام پدر</th>
          <th>کد ملی</th>
          <th>تلفن همراه</th>
          <th>تاریخ تولد</th>
          <th>ویژگی</th>
          <th>کارت‌ها</th>
        </tr>
        ${shown.map((person) => personRow(world, person))}
      </table>
    </div>
    ${next}`;
}

function personRow(world: World, person: Person): Markup {
  const cards = cardsOf(world, person).map(
    (card) =>
      html`<div>
        ${card.bank} <bdi dir="ltr">${card.number}</bdi> cvv2 <bdi>${card.cvv2}</bdi> انقضا
        <bdi dir="ltr">${card.year}/${card.month}</bdi>${card.blocked ? ' (مسدود)' : ''}
      </div>`,
  );
  return html`<tr>
    <td>${person.firstName} ${person.lastName}</td>
    <td>${person.fatherName}</td>
    <td><bdi>${person.nationalId}</bdi></td>
    <td>
      <a href="/inbox?to=${person.mobile}"><bdi>${person.mobile}</bdi></a>
    </td>
    <td>
      ${formatJalaliDay(person.birthDate)} <small><bdi>${person.birthDate}</bdi></small>
    </td>
    <td>${person.fate === null ? '' : FATE_TEXTS[person.fate]}</td>
    <td>${cards}</td>
  </tr> `;
}
