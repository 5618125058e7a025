import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PATIENCE_MS } from '../../scripts/journey/door.ts';
import type { TemporalClient } from '../../platform/temporal-client.ts';
import { startSystem, type System } from '../support/system.ts';
import { openEngine } from './evidence.ts';
import { killAtRandom, VICTIMS } from './random-kills.ts';

const WITHIN_MS = 3 * PATIENCE_MS;

describe('WF-5: kill -9 at a random moment', () => {
  let system: System;
  let engine: TemporalClient;
  beforeAll(async () => {
    system = await startSystem();
    engine = openEngine(system);
  }, WITHIN_MS);
  afterAll(async () => {
    await engine?.close();
    await system?.stop();
  });

  test(
    'of worker, API, Temporal or PostgreSQL loses nothing',
    async () => {
      const print = (line: string): void => void process.stderr.write(`${line}\n`);
      const { counted, astray, broken } = await killAtRandom(system, engine, {
        seed: 1,
        people: 3,
        kills: 1,
        print,
      });
      expect(Object.keys(counted).toSorted()).toEqual(VICTIMS.toSorted());
      expect(astray).toEqual([]);
      expect(broken).toEqual([]);
    },
    WITHIN_MS,
  );
});
