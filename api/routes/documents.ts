/** Documents: one picture per kind, decoded and encoded again before it is kept. */
import { createHash } from 'node:crypto';
import { requiredDocuments, type RequiredKind } from '../../domain/document-rules.ts';
import { documentTarget } from '../../domain/defects.ts';
import { localDay } from '../../domain/local-time.ts';
import { Refusal } from '../../domain/refusal.ts';
import {
  currentDocuments,
  readDocument,
  removeDocument,
  storeDocument,
  type StoredDocument,
} from '../../store/documents.ts';
import { readGround, type ChangeGround } from '../../store/registration-change.ts';
import * as form from '../contract/questionnaire.ts';
import { readBytes } from '../middleware/body.ts';
import { answer, route } from '../route.ts';
import type { Services } from '../services.ts';

/** Reviewed and not returned: it stays as it is. */
function isAccepted(ground: ChangeGround, kind: string): boolean {
  const { status, revision } = ground.registration;
  if (status === 'approved') return true;
  return status === 'awaiting-corrections' && revision > 0 && !ground.mayChange(documentTarget(kind));
}

interface ItemContext {
  readonly ground: ChangeGround;
  readonly required: readonly string[];
}

function item({ ground, required }: ItemContext, kind: RequiredKind, stored: StoredDocument | undefined) {
  return {
    kind: kind.kind,
    required: required.includes(kind.kind),
    present: stored !== undefined,
    version: stored?.version ?? null,
    sha256: stored?.sha256 ?? null,
    bytes: stored?.bytes ?? null,
    width: stored?.width ?? null,
    height: stored?.height ?? null,
    uploadedAt: stored?.uploadedAt ?? null,
    accepted: stored !== undefined && isAccepted(ground, kind.kind),
    maxBytes: kind.maxBytes,
    minPixels: kind.minPixels,
    maxPixels: kind.maxPixels,
  };
}

interface DocumentCall {
  readonly params: { readonly id: string };
  readonly session: { readonly candidateId: string };
  readonly now: number;
}

async function contextOf({ params, session, now }: DocumentCall, { db }: Services): Promise<ItemContext> {
  const ground = await readGround(db, { registrationId: params.id, candidateId: session.candidateId });
  const today = localDay(now, ground.timeZone);
  const required = requiredDocuments(ground, ground.draft.answers, {
    birthDate: ground.person.birthDate,
    today,
  });
  return { ground, required };
}

function kindOf({ ground }: ItemContext, name: string): RequiredKind {
  const kind = ground.documentKinds.find((one) => one.kind === name);
  if (!kind) throw new Refusal('not-found');
  return kind;
}

export const documentRoutes = [
  route({
    method: 'get',
    path: '/registrations/{id}/documents',
    operation: 'listDocuments',
    summary: 'Every kind of the election: what is required, what is there',
    who: 'own-registration',
    answers: { 200: form.documents },
    handle: async (call, services) => {
      const context = await contextOf(call, services);
      const stored = await currentDocuments(services.db, call.params.id);
      const items = context.ground.documentKinds.map((kind) =>
        item(
          context,
          kind,
          stored.find((one) => one.kind === kind.kind),
        ),
      );
      return answer(200, { items });
    },
  }),
  route({
    method: 'put',
    path: '/registrations/{id}/documents/{kind}',
    operation: 'putDocument',
    summary: 'Upload a picture of a document',
    who: 'own-registration',
    limit: 'uploads',
    body: 'image/jpeg',
    answers: { 200: form.documentStored, 201: form.documentStored },
    refusals: [
      ...(['document-too-large', 'document-type', 'document-not-jpeg', 'document-damaged'] as const),
      ...(['document-dimensions', 'document-unchanged', 'item-locked', 'not-found'] as const),
    ],
    handle: async (call, services) => {
      const context = await contextOf(call, services);
      const kind = kindOf(context, call.params.kind);
      if (!context.ground.mayChange(documentTarget(kind.kind))) throw new Refusal('item-locked');
      const { maxBytes, minPixels, maxPixels } = kind;
      const tooLarge = new Refusal('document-too-large', { limit: maxBytes });
      const bytes = await readBytes(call.request, maxBytes, tooLarge);
      const decoded = await services.pictures.decode(bytes, { maxBytes, minPixels, maxPixels });
      if (!decoded.ok) throw new Refusal(decoded.code, { limit: maxBytes });
      const { image, stripped } = decoded;
      const { document, created } = await storeDocument(services.db, {
        ...{ registrationId: call.params.id, candidateId: call.session.candidateId, kind: kind.kind },
        ...{ content: image.bytes, width: image.width, height: image.height, sha256: image.sha256 },
        originalSha256: createHash('sha256').update(bytes).digest('hex'),
      });
      return answer(created ? 201 : 200, { ...item(context, kind, document), stripped });
    },
  }),
  route({
    method: 'get',
    path: '/registrations/{id}/documents/{kind}',
    operation: 'getDocument',
    summary: 'The stored picture',
    who: 'own-registration',
    answers: { 200: { media: 'image/jpeg' }, 304: null },
    refusals: ['not-found'],
    handle: async ({ params: { id: registrationId, kind } }, { db }) => {
      const document = await readDocument(db, { registrationId, kind });
      return {
        ...answer(200, undefined, {
          'Content-Disposition': `inline; filename="${document.kind}.jpg"`,
          'Content-Security-Policy': "default-src 'none'; sandbox",
          ETag: `"${document.sha256}"`,
        }),
        content: { type: 'image/jpeg', bytes: document.content },
      };
    },
  }),
  route({
    method: 'delete',
    path: '/registrations/{id}/documents/{kind}',
    operation: 'removeDocument',
    summary: 'Take a document away',
    who: 'own-registration',
    answers: { 204: null },
    refusals: ['item-locked', 'not-found'],
    handle: async ({ params: { id: registrationId, kind }, session: { candidateId } }, { db }) => {
      await removeDocument(db, { registrationId, candidateId, kind });
      return answer(204);
    },
  }),
];
