/** What an SMS provider posts to us; its contract, not ours, so members that we do not know are let pass. */
import { z } from './base.ts';

export const kavenegarReport = z
  .object({
    messageid: z
      .string()
      .regex(/^\d{1,19}$/)
      .openapi({ example: '8100000001' }),
    status: z
      .string()
      .regex(/^\d{1,3}$/)
      .openapi({ example: '10' }),
  })
  .openapi('KavenegarReport');
