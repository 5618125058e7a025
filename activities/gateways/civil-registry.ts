/** Who a national id belongs to. The port, and the adapter for Zibal's `nationalIdentityInquiry`. */
import { z } from 'zod';
import { toJalali } from '../../domain/jalali-date.ts';
import { cleanText } from '../../domain/persian-text.ts';
import { malformed } from './call.ts';
import { askZibal, type ZibalOptions } from './zibal.ts';

interface RegisteredPerson {
  readonly matched: true;
  readonly firstName: string;
  readonly lastName: string;
  readonly fatherName: string;
  readonly alive: boolean;
}

export interface CivilRegistryGateway {
  /** The person with this national id and birth date (ISO, Gregorian), if there is one. Throws GatewayError. */
  find(question: {
    readonly nationalId: string;
    readonly birthDate: string;
  }): Promise<RegisteredPerson | { readonly matched: false }>;
}

/** Names as we keep them; what cannot be kept as text is no name. */
const NAME = z
  .string()
  .max(100)
  .transform((text) => cleanText(text) ?? '')
  .refine((name) => name.length > 0);
const DATA = z.discriminatedUnion('matched', [
  z.object({ matched: z.literal(false) }),
  z.object({
    matched: z.literal(true),
    firstName: NAME,
    lastName: NAME,
    fatherName: NAME,
    alive: z.boolean(),
  }),
]);

export function createCivilRegistry(options: ZibalOptions): CivilRegistryGateway {
  const provider = 'civil-registry';
  return {
    async find({ nationalId, birthDate }) {
      const result = await askZibal(options, {
        provider,
        path: 'nationalIdentityInquiry',
        question: { nationalCode: nationalId, birthDate: jalaliDay(birthDate) },
      });
      if (result.outcome !== 'answered') return { matched: false };
      const data = DATA.safeParse(result.data);
      if (!data.success) throw malformed({ provider, effect: 'none' }, 'no verdict');
      return data.data;
    },
  };
}

/** `1374/11/23`, as the registry writes a day. */
function jalaliDay(iso: string): string {
  const { year, month, day } = toJalali(iso);
  return `${year}/${String(month).padStart(2, '0')}/${String(day).padStart(2, '0')}`;
}
