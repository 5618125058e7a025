/** Whose the mobile line is (Shahkar). The port, and the adapter for Zibal's `shahkarInquiry`. */
import { z } from 'zod';
import { localMobile } from '../../domain/mobile-number.ts';
import { malformed } from './call.ts';
import { askZibal, type ZibalOptions } from './zibal.ts';

export interface LineOwnerGateway {
  /**
   * Whether the line (`+989…`) is in the name of the person. `invalid`: the registry does not accept the number or
   * the national id as such. Throws GatewayError; there is no answer "probably".
   */
  belongs(question: {
    readonly mobile: string;
    readonly nationalId: string;
  }): Promise<'yes' | 'no' | 'invalid'>;
}

const DATA = z.object({ matched: z.boolean() });

export function createLineOwner(options: ZibalOptions): LineOwnerGateway {
  const provider = 'line-owner';
  return {
    async belongs({ mobile, nationalId }) {
      const result = await askZibal(options, {
        provider,
        path: 'shahkarInquiry',
        question: { mobile: localMobile(mobile), nationalCode: nationalId },
      });
      if (result.outcome === 'invalid') return 'invalid';
      if (result.outcome === 'not-found') return 'no';
      const data = DATA.safeParse(result.data);
      if (!data.success) throw malformed({ provider, effect: 'none' }, 'no verdict');
      return data.data.matched ? 'yes' : 'no';
    },
  };
}
