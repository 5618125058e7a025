/** SES-3: two devices write to one draft, each through a server of its own. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openRegistration, type DraftBody } from './candidate.ts';
import { expectRefusal, type ApiClient } from './client.ts';
import type { Office } from './office.ts';
import { LAPTOP, open, openTwoServers, type TwoServers } from './two-servers.ts';

let servers: TwoServers;
let office: Office;
let second: ApiClient;
beforeAll(async () => {
  servers = await openTwoServers();
  ({ office, second } = servers);
});
afterAll(() => servers.close());

describe('SES-3: two devices and one draft', () => {
  const read = async (me: ApiClient, id: string) =>
    (await me.get<DraftBody>(`/registrations/${id}/draft`)).body;
  const write = (me: ApiClient, id: string, { version, answers }: Pick<DraftBody, 'version' | 'answers'>) =>
    me.put<DraftBody>(`/registrations/${id}/draft`, { answers }, { 'if-match': `"${version}"` });

  const change = (me: ApiClient, id: string, { version, answers }: { version: number; answers: object }) =>
    me.patch<DraftBody>(`/registrations/${id}/draft`, { answers }, { 'if-match': `"${version}"` });
  const takeOver = async (mobile: string, device: object): Promise<ApiClient> => {
    const { ids, code } = await servers.codesFor(mobile, 1);
    return office.client.as((await open(office.client, { codeId: ids[0] ?? '', code }, device)).body.token);
  };

  test('SES-3: a stale change is told all that a merge needs, without another request', async () => {
    const me = await office.signIn();
    const id = await openRegistration(me);
    const before = { identity: { birthPlace: 'ساری' }, family: { maritalStatus: 'married', children: 1 } };
    await write(me, id, { version: 0, answers: before });
    await change(me, id, {
      version: 1,
      answers: { identity: { birthPlace: 'بابل' }, jobs: [{ title: 'معلم' }] },
    });
    const mine = {
      ...before,
      identity: { birthPlace: 'آمل' },
      family: { maritalStatus: 'married', children: 2 },
    };
    const put = await write(me, id, { version: 1, answers: mine });
    expectRefusal(put, 'draft-changed');
    const { version, answers } = await read(me, id);
    const told = {
      versions: { yours: 1, current: 2 },
      draft: { version, answers },
      changed: ['/answers/identity/birthPlace', '/answers/jobs'],
    };
    // Of a whole draft nobody can know that the jobs were only left out.
    expect(put.body).toMatchObject({ ...told, conflicts: told.changed });
    const patched = await change(me, id, {
      version: 1,
      answers: { identity: { birthPlace: 'آمل' }, family: { children: 2 } },
    });
    expectRefusal(patched, 'draft-changed');
    expect(patched.body).toMatchObject({ ...told, conflicts: ['/answers/identity/birthPlace'] });
    expect((await read(me, id)).version).toBe(2);
  });

  test('SES-3: what a device changed before it was taken over is merged when it comes back', async () => {
    const mobile = servers.newMobile();
    const phone = await office.signIn({ mobile });
    const id = await openRegistration(phone);
    await write(phone, id, { version: 0, answers: { identity: { birthPlace: 'ساری', issuePlace: 'ساری' } } });
    const laptop = await takeOver(mobile, LAPTOP);
    const theirs = { identity: { issuePlace: 'نور' }, council: { formerMember: false } };
    expect((await change(laptop, id, { version: 1, answers: theirs })).body.version).toBe(2);
    const own = { version: 1, answers: { identity: { birthPlace: 'بابل' } } };
    expectRefusal(await change(phone, id, own), 'session-replaced');
    const again = await takeOver(mobile, { id: 'device-one', kind: 'android', name: 'Phone' });
    const merged = await change(again, id, own);
    expect(merged.body).toMatchObject({
      version: 3,
      answers: { identity: { birthPlace: 'بابل', issuePlace: 'نور' }, council: { formerMember: false } },
    });
    // Had the reply been lost, the same request would have told the same, and made nothing new.
    expect((await change(again, id, own)).body).toEqual(merged.body);
    const colliding = await change(again, id, { version: 1, answers: { identity: { issuePlace: 'آمل' } } });
    expectRefusal(colliding, 'draft-changed');
    expect(colliding.body).toMatchObject({ conflicts: ['/answers/identity/issuePlace'] });
    expect(await read(again, id)).toEqual(merged.body);
  });

  test('a stale change is told both versions, and changes nothing', async () => {
    const me = await office.signIn();
    const id = await openRegistration(me);
    await write(me, id, { version: 0, answers: { education: { degree: 'bachelor', subject: 'م1' } } });
    await write(me, id, { version: 1, answers: { education: { degree: 'bachelor', subject: 'م2' } } });
    const stale = await write(me, id, {
      version: 1,
      answers: { education: { degree: 'bachelor', subject: 'م3' } },
    });
    expectRefusal(stale, 'draft-changed');
    expect((stale.body as unknown as { versions: object }).versions).toEqual({ yours: 1, current: 2 });
    expect(await read(me, id)).toMatchObject({ version: 2, answers: { education: { subject: 'م2' } } });
  });

  const FIELDS = ['subject', 'institution', 'thesis'] as const;
  interface Step {
    readonly device: 0 | 1;
    readonly does: 'reads' | 'writes';
    readonly field: (typeof FIELDS)[number];
  }
  const step = fc.record({
    device: fc.constantFrom(0 as const, 1 as const),
    does: fc.constantFrom('reads' as const, 'writes' as const, 'writes' as const),
    field: fc.constantFrom(...FIELDS.slice(0, 2)),
  });

  /** A device with its copy of the draft; after a refusal it fetches, puts its own change on top, and tries again. */
  async function play(steps: readonly Step[]): Promise<void> {
    const me = await office.signIn();
    const id = await openRegistration(me);
    const copies = [await read(me, id), await read(me, id)];
    /** Acknowledged writes: what they wrote, over which version, and which version they made. */
    const written: { field: string; value: string; over: number; made: number }[] = [];
    let counter = 0;
    for (const { device, does, field } of steps) {
      const at = device === 0 ? me : second.as(me.token ?? '');
      if (does === 'reads') copies[device] = await read(at, id);
      else {
        const value = `م${(counter += 1)}`;
        for (let tries = 0; tries < 2; tries += 1) {
          const copy = copies[device] as DraftBody;
          const answers = structuredClone(copy.answers) as Record<string, Record<string, unknown>>;
          answers['education'] = { ...answers['education'], degree: 'bachelor', [field]: value };
          const reply = await write(at, id, {
            version: copy.version,
            answers: answers as DraftBody['answers'],
          });
          copies[device] = reply.status === 200 ? reply.body : await read(at, id);
          if (reply.status !== 200) continue;
          written.push({ field, value, over: copy.version, made: reply.body.version });
          break;
        }
      }
    }
    const { answers } = await read(me, id);
    for (const one of written) {
      const now = (answers as Record<string, Record<string, unknown>>)['education']?.[one.field];
      // Still there, or written over by somebody who had it before their eyes.
      const knowingly = written.some((other) => other.field === one.field && other.over >= one.made);
      expect({ ...one, kept: now === one.value || knowingly }).toEqual({ ...one, kept: true });
    }
  }

  test('whatever the order: no acknowledged field disappears unseen', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 9 }), play), { numRuns: 6 });
  });

  test('of two changes to one version at the same time one is made', async () => {
    const me = await office.signIn();
    const id = await openRegistration(me);
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        write(index % 2 === 0 ? me : second.as(me.token ?? ''), id, {
          version: 0,
          answers: { education: { degree: 'bachelor', subject: `م${index}` } },
        }),
      ),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 412)).toHaveLength(9);
  });

  test('a takeover loses nothing of the draft, and the device that lost it writes no more', async () => {
    const mobile = servers.newMobile();
    const phone = await office.signIn({ mobile });
    const id = await openRegistration(phone);
    const answers = { family: { maritalStatus: 'married', children: 4 } };
    const saved = await write(phone, id, { version: 0, answers });
    const { ids, code } = await servers.codesFor(mobile, 1);
    const laptop = office.client.as(
      (await open(office.client, { codeId: ids[0] ?? '', code }, LAPTOP)).body.token,
    );
    expectRefusal(
      await write(phone, id, { version: 1, answers: { family: { children: 5 } } }),
      'session-replaced',
    );
    expect(await read(laptop, id)).toEqual(saved.body);
    expect(
      (await write(laptop, id, { version: 1, answers: { ...answers, council: { formerMember: false } } }))
        .status,
    ).toBe(200);
    expect((await read(laptop, id)).answers).toMatchObject(answers);
  });
});
