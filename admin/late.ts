/** Routes that take long to load: a request for one of them waits, nobody else does. */
import type { RequestHandler } from 'express';

export interface Late {
  readonly handler: RequestHandler;
  /** Loads now; throws what is wrong with it. */
  load(): Promise<void>;
}

export function late(make: () => Promise<RequestHandler>): Late {
  let made: Promise<RequestHandler> | undefined;
  const get = (): Promise<RequestHandler> => (made ??= make());
  return {
    async handler(request, response, next) {
      await (
        await get()
      )(request, response, next);
    },
    async load() {
      await get();
    },
  };
}
