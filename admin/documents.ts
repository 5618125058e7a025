/** The pictures of a file, behind the gate and inside the scope, for the eyes of the page only. */
import { Router } from 'express';
import { Refusal } from '../domain/refusal.ts';
import type { Database } from '../store/database.ts';
import { readReviewDocument } from '../store/review.ts';
import { isUuid } from '../store/worklist.ts';
import { ROOT, staffOf } from './access.ts';

export function documentPath(registrationId: string, kind: string, version: number): string {
  return `${ROOT}/documents/${registrationId}/${kind}/${version}`;
}

export function documentRoutes(panel: Database): Router {
  const router = Router();
  router.get(`${ROOT}/documents/:registrationId/:kind/:version`, async (request, response) => {
    const { registrationId, kind, version } = request.params;
    if (!isUuid(registrationId) || !/^[a-z-]{1,40}$/.test(kind) || !/^[1-9]\d{0,4}$/.test(version)) {
      throw new Refusal('not-found');
    }
    const wanted = { registrationId, kind, version: Number(version) };
    const content = await readReviewDocument(panel, staffOf(response), wanted);
    if (!content) throw new Refusal('not-found');
    response.set({
      'Cache-Control': 'private, no-store',
      'Content-Type': 'image/jpeg',
      'Content-Disposition': 'inline; filename="document.jpg"',
      // Whatever the bytes are, they are looked at as a picture and nothing else.
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
    });
    response.end(content);
  });
  return router;
}
