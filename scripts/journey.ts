/**
 * `npm run journey`: plays candidates against the running system (or one of its own) through public doors only, and
 * ends with status 1 when anything went another way than the guide says, or anything was lost.
 */
import { Deviation } from './journey/deviation.ts';
import { newPatience } from './journey/door.ts';
import { type FaultStorm, startFaultStorm } from './journey/fault-storm.ts';
import { newOffices } from './journey/governorate.ts';
import { newKiller } from './journey/kill.ts';
import { newRunRecord, playMany } from './journey/many.ts';
import { playOne } from './journey/one.ts';
import { type Options, readOptions } from './journey/options.ts';
import { newOutsideWorld } from './journey/outside-world.ts';
import { newPlay } from './journey/play.ts';
import { newReceipts } from './journey/receipts.ts';
import { lookBefore, tellFigures, tellPeople } from './journey/run-report.ts';
import { findOrStart, type Running } from './journey/system.ts';

const print = (line: string) => console.log(line);

/** Why a run ends before everybody is through. */
type Cut = 'interrupted' | 'the time is over';

/** Resolves at the first Ctrl-C, or when the time is over. */
function cutOff({ withinMinutes }: Options): Promise<Cut> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('interrupted'));
    setTimeout(() => resolve('the time is over'), withinMinutes * 60_000).unref();
  });
}

async function withStorm<T>({ urls }: Running, { faults }: Options, work: () => Promise<T>): Promise<T> {
  let storm: FaultStorm | undefined;
  if (faults !== null) {
    print(`random faults at all providers, --seed ${faults}`);
    storm = await startFaultStorm(urls.sandbox, faults);
  }
  try {
    return await work();
  } finally {
    await storm?.end();
  }
}

async function tellOne(running: Running, { kill }: Options): Promise<boolean> {
  const before = await lookBefore(running);
  const world = newOutsideWorld(running.urls.sandbox);
  const [who] = await world.newPeople(1);
  if (who === undefined) throw new Deviation('the sandbox made nobody');
  const receipts = newReceipts();
  const killer = newKiller(kill);
  const { api } = running.urls;
  const play = newPlay({
    ...{ api, world, who, number: 0, receipts, measured: [], print },
    between: (step) => killer.before(step),
  });
  const { text, link } = await playOne(play, newOffices(running, newPatience()), running);
  if (kill.length > 0) print(`killed ${killer.kills} times`);
  const whole = await tellFigures(running, { receipts }, { before, look: 'soon', print });
  print(`\n${text}\n${link}`);
  return whole;
}

async function countMany(running: Running, options: Options, cut: Promise<Cut>): Promise<boolean> {
  const began = performance.now();
  const { people, atOnce } = options;
  const before = await lookBefore(running);
  const killer = newKiller(options.kill);
  const record = newRunRecord();
  const all = withStorm(running, options, () => {
    const played = playMany(running, {
      ...{ people, atOnce, record },
      begin: (person) => killer.before(person),
      end: (done) => {
        if (done % atOnce === 0) print(`${done} of ${people} people`);
      },
    });
    return Promise.race([played, cut]);
  });
  const early = await all;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const asTheyShould = tellPeople(record, print);
  print(`${people} people were to come, ${atOnce} at once: ${seconds} s`);
  if (options.kill.length > 0) print(`killed ${killer.kills} times`);
  if (early !== undefined)
    print(`${early}: ${people - record.endings.length} people did not come to their end`);
  else print('looking once more in a minute for what was lost …');
  const look = early === undefined ? 'full' : 'soon';
  const whole = await tellFigures(running, record, { before, look, print });
  return whole && asTheyShould && early === undefined;
}

async function main(): Promise<boolean> {
  const options = readOptions(process.argv.slice(2));
  const system = await findOrStart(print);
  const cut = cutOff(options);
  try {
    if (options.people > 1) return await countMany(system.running, options, cut);
    const one = withStorm(system.running, options, () =>
      Promise.race([tellOne(system.running, options), cut]),
    );
    const told = await one;
    if (typeof told === 'string') print(told);
    return told === true;
  } finally {
    await system.stop();
    if (system.ours) print('the system was our own and is stopped; npm start goes on with the same data');
  }
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Deviation ? `the journey went another way: ${error.message}` : error);
  process.exit(1);
}
