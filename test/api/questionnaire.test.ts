/** Draft and documents: what is kept, what is refused whole, and what a stranger's picture may not do. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { DEMO_DOCUMENT_KINDS } from '../../domain/demo-rules.ts';
import { jpeg, openRegistration, type DraftBody } from './candidate.ts';
import { expectRefusal, type ApiClient, type Reply } from './client.ts';
import { openRealOffice, type Office } from './office.ts';

let office: Office;
let me: ApiClient;
let id: string;
beforeAll(async () => {
  office = await openRealOffice();
  me = await office.signIn();
  id = await openRegistration(me);
});
afterAll(() => office.close());

const draftPath = () => `/registrations/${id}/draft`;

async function save(change: (answers: DraftBody['answers']) => unknown): Promise<Reply<DraftBody>> {
  const { body, headers } = await me.get<DraftBody>(draftPath());
  const answers = change(body.answers);
  return me.put<DraftBody>(draftPath(), { answers }, { 'if-match': headers.get('etag') ?? '' });
}

describe('the draft', () => {
  test('SES-3: a change needs the version that it is made to', async () => {
    expectRefusal(await me.put(draftPath(), { answers: {} }), 'if-match-missing');
    expectRefusal(await me.put(draftPath(), { answers: {} }, { 'if-match': '"99"' }), 'draft-changed');
    expectRefusal(await me.put(draftPath(), { answers: {} }, { 'if-match': '*' }), 'draft-changed');
  });

  test('problems speak the language that was asked for, and each has an ETag of its own', async () => {
    type Problems = DraftBody & { readonly problems: readonly { readonly message: string }[] };
    const persian = await me.get<Problems>(draftPath());
    const english = await me.get<Problems>(draftPath(), { 'accept-language': 'en' });
    expect(english.body.problems.map(({ pointer }) => pointer)).toEqual(
      persian.body.problems.map(({ pointer }) => pointer),
    );
    expect(english.body.problems.length).toBeGreaterThan(5);
    for (const { message } of persian.body.problems) expect(message).toMatch(/\p{Script=Arabic}/u);
    for (const { message } of english.body.problems) expect(message).toMatch(/^[A-Z][ -~]+\.$/u);
    expect(english.headers.get('content-language')).toBe('en');
    const known = { 'if-none-match': english.headers.get('etag') ?? '' };
    expect((await me.get(draftPath(), { ...known, 'accept-language': 'en' })).status).toBe(304);
    expect((await me.get(draftPath(), known)).status).toBe(200);
  });

  test('the version alone, as the body says it, is as good in If-Match as the whole ETag', async () => {
    const { body } = await me.get<DraftBody>(draftPath());
    const match = { 'if-match': `"${body.version}"` };
    expect((await me.put(draftPath(), { answers: body.answers }, match)).status).toBe(200);
  });

  test('SES-3: of two parallel changes to one version one wins', async () => {
    const { headers } = await me.get(draftPath());
    const match = { 'if-match': headers.get('etag') ?? '' };
    const places = ['ساری', 'بابل', 'آمل', 'نور'];
    const replies = await Promise.all(
      places.map((birthPlace) => me.put(draftPath(), { answers: { identity: { birthPlace } } }, match)),
    );
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412]);
  });

  test('the same again is no new version', async () => {
    const first = await save((answers) => answers);
    const again = await save((answers) => answers);
    expect(again.body.version).toBe(first.body.version);
  });

  test('answers are folded into one form, and merely wrong ones are kept and listed', async () => {
    const saved = await save(() => ({
      identity: { birthPlace: '  كرمان ', birthCertificateNumber: '۱۲۳' },
      family: { maritalStatus: 'it is complicated' },
    }));
    expect(saved.status).toBe(200);
    expect(saved.body.answers).toMatchObject({
      identity: { birthPlace: 'کرمان', birthCertificateNumber: '123' },
    });
    expect(saved.body.problems).toContainEqual(
      expect.objectContaining({ pointer: '/answers/family/maritalStatus', code: 'not-an-option' }),
    );
  });

  test.each([
    ['a section that is not there', { nothing: { x: 1 } }],
    ['a field that is not there', { identity: { nothing: 1 } }],
    ['a prototype', { identity: { constructor: 'x' } }],
    ['another shape', { identity: [] }],
    ['a nested answer', { identity: { birthPlace: { x: 1 } } }],
    ['no object', 'text'],
    ['NUL', { identity: { birthPlace: 'a\0' } }],
    ['half a character', { identity: { birthPlace: '\ud83d' } }],
    ['a very long text', { identity: { birthPlace: 'x'.repeat(5_000) } }],
  ])('API-4: %s is refused whole', async (_what, answers) => {
    const before = await me.get<DraftBody>(draftPath());
    expectRefusal(await save(() => answers), 'request-invalid');
    expect((await me.get<DraftBody>(draftPath())).body).toEqual(before.body);
  });

  test('what comes from the records is repeated or left out, never changed', async () => {
    const repeated = await save((answers) => answers);
    expect(repeated.status).toBe(200);
    const other = {
      ...{ nationalId: '0012345679', birthDate: '1990-01-01', firstName: 'دیگر', lastName: 'دیگری' },
      fatherName: 'کس دیگر',
    };
    for (const [field, value] of Object.entries(other)) {
      const changed = await save((answers) => ({
        ...answers,
        identity: { ...answers['identity'], [field]: value },
      }));
      expectRefusal(changed, 'read-only');
      const { errors } = changed.body as unknown as { errors: { pointer: string }[] };
      expect(errors.map(({ pointer }) => pointer)).toEqual([`/answers/identity/${field}`]);
    }
  });

  test('DAT-2: the database holds no answer in clear, nor the name of a question that was answered', async () => {
    await save(() => ({ identity: { birthPlace: 'کنگاور' } }));
    const rows = await office.fresh.owner('drafts');
    const versions = rows.map((row: { field_versions_sealed: Buffer }) => row.field_versions_sealed);
    expect(Buffer.concat(versions).length).toBeGreaterThan(0);
    expect(Buffer.concat(versions).toString('latin1')).not.toContain('birthPlace');
    expect(JSON.stringify(rows)).not.toContain('کنگاور');
    expect(
      Buffer.concat(rows.map((row: { answers_sealed: Buffer }) => row.answers_sealed)).toString(),
    ).not.toContain('کنگاور');
  });
});

const [PHOTO] = DEMO_DOCUMENT_KINDS.filter(({ kind }) => kind === 'photo');
const LIMIT = PHOTO?.maxBytes ?? 0;
const upload = (bytes: Uint8Array<ArrayBuffer>, kind = 'photo') =>
  me.picture<{ limit: number; code: string }>(`/registrations/${id}/documents/${kind}`, bytes);

/** A JPEG with a long comment, of exactly this many bytes. */
async function jpegOf(size: number): Promise<Uint8Array<ArrayBuffer>> {
  const picture = Buffer.from(await jpeg(3));
  const comments: Buffer[] = [];
  for (let missing = size - picture.length; missing > 0;) {
    const part = Math.min(missing, 60_000) === missing ? missing : 60_000 - (missing < 60_004 ? 4 : 0);
    const comment = Buffer.alloc(part, 0x20);
    comment.writeUInt16BE(0xfffe, 0);
    comment.writeUInt16BE(part - 2, 2);
    comments.push(comment);
    missing -= part;
  }
  return new Uint8Array(Buffer.concat([picture.subarray(0, 2), ...comments, picture.subarray(2)]));
}

describe('bad input: documents', () => {
  const stored = () => office.fresh.owner('documents').select('id');
  const png = async () =>
    new Uint8Array(
      await sharp(Buffer.from(await jpeg()))
        .png()
        .toBuffer(),
    );

  test.each([
    ['a PNG', png],
    ['a PDF', () => new TextEncoder().encode('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n')],
    ['a page', () => new TextEncoder().encode('<!doctype html><script>alert(1)</script>')],
    ['empty', () => new Uint8Array()],
  ] as const)('%s is document-not-jpeg', async (_what, make) => {
    expectRefusal(await upload((await make()) as Uint8Array<ArrayBuffer>), 'document-not-jpeg');
    expect(await stored()).toEqual([]);
  });

  test('cut in half is document-damaged', async () => {
    const whole = await jpeg();
    expectRefusal(await upload(whole.slice(0, whole.length / 2)), 'document-damaged');
    expect(await stored()).toEqual([]);
  });

  test('too small is document-dimensions', async () => {
    expectRefusal(await upload(await jpeg(1, 40, 40)), 'document-dimensions');
    expect(await stored()).toEqual([]);
  });

  test('UPL-1: 102,401 bytes are document-too-large with the limit, 102,400 are not', async () => {
    expect(LIMIT).toBe(102_400);
    const over = await upload(await jpegOf(LIMIT + 1));
    expectRefusal(over, 'document-too-large');
    expect(over.body.limit).toBe(LIMIT);
    expect(await stored()).toEqual([]);
    const just = await jpegOf(LIMIT);
    expect(just).toHaveLength(LIMIT);
    expect((await upload(just)).status).toBe(201);
  });

  test('UPL-1: one byte more is refused also when the length is not told', async () => {
    const bytes = await jpegOf(LIMIT + 1);
    const response = await fetch(`${me.url}/api/v1/registrations/${id}/documents/photo`, {
      method: 'PUT',
      headers: { 'content-type': 'image/jpeg', authorization: `Bearer ${me.token ?? ''}` },
      body: new ReadableStream({
        start(controller) {
          controller.enqueue(bytes.slice(0, 50_000));
          controller.enqueue(bytes.slice(50_000));
          controller.close();
        },
      }),
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    await response.arrayBuffer();
  });

  test.each(['image/png', 'application/octet-stream', 'multipart/form-data', ''])(
    'API-9: the media type %p is document-type',
    async (type) => {
      const headers = type === '' ? {} : { 'content-type': type };
      const path = `/registrations/${id}/documents/photo`;
      expectRefusal(await me.ask('PUT', path, { raw: await jpeg(), headers }), 'document-type');
    },
  );

  test.each(['selfie', '..%2f..%2fetc', '%00', 'photo%20'])(
    'UPL-8: the kind %s is not-found',
    async (kind) => {
      expectRefusal(await upload(await jpeg(), kind), 'not-found');
      expectRefusal(await me.get(`/registrations/${id}/documents/${kind}`), 'not-found');
    },
  );
});

describe('documents', () => {
  const path = () => `/registrations/${id}/documents/education`;

  test('UPL-6: what is kept is our own copy, without what came along', async () => {
    const picture = await sharp(Buffer.from(await jpeg(5)))
      .withExif({ IFD0: { Copyright: 'canary-of-a-camera' } })
      .jpeg()
      .toBuffer();
    const put = await upload(new Uint8Array(picture), 'education');
    expect(put.body).toMatchObject({ present: true, version: 1, width: 800, height: 600 });
    expect((put.body as unknown as { stripped: string[] }).stripped).toContain('exif');
    const got = await me.get(path());
    expect(got.headers.get('content-type')).toBe('image/jpeg');
    expect(got.headers.get('content-security-policy')).toContain('sandbox');
    expect(got.bytes.toString('latin1')).not.toContain('canary-of-a-camera');
    expect((await sharp(got.bytes).metadata()).width).toBe(800);
  });

  test('UPL-9: the database holds no picture in clear', async () => {
    const rows = (await office.fresh.owner('documents')) as { content_sealed: Buffer }[];
    for (const row of rows) expect(row.content_sealed.indexOf(Buffer.from([0xff, 0xd8, 0xff]))).not.toBe(0);
  });

  test('the same picture again is no new version; another one is', async () => {
    const first = await upload(await jpeg(6), 'education');
    expect((await upload(await jpeg(6), 'education')).body).toMatchObject({
      version: (first.body as unknown as { version: number }).version,
    });
    const other = await upload(await jpeg(7), 'education');
    expect(other.status).toBe(200);
    expect(other.body).toMatchObject({ version: (first.body as unknown as { version: number }).version + 1 });
  });

  test('one that was taken away is gone, and can be sent again', async () => {
    expect((await me.ask('DELETE', path())).status).toBe(204);
    expectRefusal(await me.get(path()), 'not-found');
    expectRefusal(await me.ask('DELETE', path()), 'not-found');
    expect((await upload(await jpeg(7), 'education')).status).toBe(201);
  });

  test('what is required follows the answers', async () => {
    const required = async () => {
      const { body } = await me.get<{ items: { kind: string; required: boolean }[] }>(
        `/registrations/${id}/documents`,
      );
      return body.items.filter((item) => item.required).map(({ kind }) => kind);
    };
    await save(() => ({ identity: { sex: 'female' } }));
    expect(await required()).not.toContain('military-service');
    await save(() => ({ identity: { sex: 'male' } }));
    expect(await required()).toContain('military-service');
  });
});
