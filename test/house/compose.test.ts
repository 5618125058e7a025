/** What can be said of docker-compose.yml without an engine to run it: it hangs together and holds no secrets. */
import { existsSync, readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { loadConfig } from '../../platform/config.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/protocol.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const JOBS = ['temporal-schema', 'temporal-namespace', 'migrate'];
const SECRET = /PASSWORD|PWD|KEY|TOKEN|SECRET/u;

interface Service {
  readonly image?: string;
  readonly restart?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
}

const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
const compose = parse(text, { merge: true }) as {
  services: Readonly<Record<string, Service>>;
  networks: Readonly<Record<string, unknown>>;
  volumes: Readonly<Record<string, unknown>>;
};
const services = Object.entries(compose.services);

/** A secret of what need not be there at all; where it is, the process itself asks for it. */
const WITHOUT_IT = /^\$\{(?:SMPP_PASSWORD):-\}$/u;

/** The environment as compose would fill it in, with a new key for each variable that is a key. */
function filledIn(service: Service, set: Readonly<Record<string, string>> = {}): Record<string, string> {
  const values: Record<string, string> = {};
  const valueOf = (name: string): string => {
    if (/^(?:SEALING|FINGERPRINT|PAYLOAD|CODE|SESSION|SMS_REPORT)_KEY$/u.test(name)) {
      values[name] ??= randomBytes(32).toString('base64');
    }
    if (name === 'TRUSTED_PROXIES') return '172.16.0.0/12';
    return (values[name] ??= name.endsWith('_URL') ? 'https://example.org' : 'value');
  };
  const fill = (value: string): string =>
    value.replace(/\$\{(\w+)(?::\?|:-)?([^}]*)\}/gu, (whole, name: string) =>
      whole.includes(':-') ? (set[name] ?? '') : (set[name] ?? valueOf(name)),
    );
  return Object.fromEntries(
    Object.entries(service.environment ?? {}).map(([name, value]) => [name, fill(String(value))]),
  );
}

describe('docker-compose.yml', () => {
  test('DAT-8: takes every secret from the environment and refuses to start without it', () => {
    for (const [name, { environment = {} }] of services) {
      for (const [variable, value] of Object.entries(environment)) {
        if (!SECRET.test(variable) && !/:\/\/\w+:/u.test(String(value))) continue;
        if (WITHOUT_IT.test(String(value))) continue;
        expect([name, variable, value]).toEqual([name, variable, expect.stringMatching(/\$\{\w+:\?\}/u)]);
      }
    }
  });

  test('waits only for services that exist, and for jobs until they have ended well', () => {
    for (const [, { depends_on: waits = {} }] of services) {
      for (const [name, { condition }] of Object.entries(waits)) {
        expect(Object.keys(compose.services)).toContain(name);
        expect(condition).toBe(JOBS.includes(name) ? 'service_completed_successfully' : 'service_healthy');
      }
    }
  });

  test('publishes ports on the loopback only, and none of the engine and the database', () => {
    const published = services.flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, port] as const),
    );
    for (const [name, port] of published) {
      expect(port).toMatch(/^127\.0\.0\.1:/u);
      expect(['temporal', 'postgres']).not.toContain(name);
    }
  });

  test('mounts files that are there, networks and volumes that it declares', () => {
    for (const [, { volumes = [], networks = [] }] of services) {
      for (const volume of volumes) {
        const source = volume.split(':')[0] ?? '';
        const known = source.startsWith('./') ? existsSync(join(ROOT, source)) : source in compose.volumes;
        expect([volume, known]).toEqual([volume, true]);
      }
      for (const network of networks) expect(Object.keys(compose.networks)).toContain(network);
    }
  });

  test('runs modules that are there', () => {
    for (const [, { command = [] }] of services) {
      const module = command.at(-1);
      if (module !== undefined) expect([module, existsSync(join(ROOT, module))]).toEqual([module, true]);
    }
  });

  test('carries in the image what the commands run, and the bundle that a read-only worker cannot make', () => {
    const stages = readFileSync(join(ROOT, 'docker/Dockerfile'), 'utf8').split(/^FROM /mu);
    const copied = [...(stages.at(-1) ?? '').matchAll(/^COPY (?!--from)(.+) \S+$/gmu)].flatMap(([, names]) =>
      (names ?? '').split(' '),
    );
    for (const [, { command = [] }] of services) {
      const module = command.at(-1);
      if (module === undefined) continue;
      const carried = copied.some((name) => module === name || module.startsWith(`${name}/`));
      expect([module, carried]).toEqual([module, true]);
    }
    // What operators are told to run in it.
    const commands = new Set(
      readFileSync(join(ROOT, 'docs/operations.md'), 'utf8').match(/docker\/[\w-]+\.ts/gu),
    );
    expect(commands).toContain('docker/create-staff.ts');
    for (const command of commands) expect(copied).toContain(command);
    expect(stages.at(-1)).toMatch(/^COPY --from=bundle \S+\/\.cache\/davtalab /mu);
  });

  test.each(['worker', 'api', 'admin'] as const)('gives the %s an environment that it accepts', (role) => {
    const config = loadConfig(role, filledIn(compose.services[role] as Service));
    expect(config.production).toBe(true);
    // Its ports are on the loopback: without a proxy nobody comes, and without its network all have one address.
    expect(config.http.trustedProxies).not.toEqual([]);
  });

  test('starts a worker without a second SMS provider, and with one that has all it needs', () => {
    const smppOf = (set: Readonly<Record<string, string>>) =>
      loadConfig('worker', filledIn(compose.services['worker'] as Service, set)).gateways.smpp;
    expect(smppOf({})).toBeNull();
    const centre = { SMPP_HOST: 'centre', SMPP_SYSTEM_ID: 'davtalab', SMPP_SOURCE: '2000500777' };
    expect(smppOf({ ...centre, SMPP_PASSWORD: 'secret08' })).toMatchObject({ host: 'centre', tls: true });
    expect(() => smppOf(centre)).toThrow('SMPP_PASSWORD');
  });

  test('registers the search attributes of the protocol', () => {
    const script = readFileSync(join(ROOT, 'docker/namespace.sh'), 'utf8');
    for (const { name, type } of Object.values(SEARCH_ATTRIBUTES)) {
      expect(script.toLowerCase()).toContain(`${name}=${type}`.toLowerCase());
    }
  });
});
