/** Delivery reports of SMS providers. They come in any order and more than once; the first that is final counts. */
import { Refusal } from '../../domain/refusal.ts';
import { stateOfKavenegar } from '../../domain/sms-receipt.ts';
import { settleSms } from '../../store/sms-reports.ts';
import { kavenegarReport } from '../contract/sms-reports.ts';
import { answer, route } from '../route.ts';

const PROVIDER = 'sms-a';

export const smsReportRoutes = [
  route({
    method: 'post',
    path: '/sms-reports/kavenegar',
    operation: 'reportSms',
    summary: 'For the SMS provider: whether a notice has reached its receiver',
    who: 'provider',
    body: kavenegarReport,
    media: 'application/x-www-form-urlencoded',
    answers: { 204: null },
    refusals: ['not-found'],
    handle: async ({ body: { messageid, status }, now }, { db }) => {
      const state = stateOfKavenegar(Number(status));
      const report = { provider: PROVIDER, reference: messageid, at: now } as const;
      // Also while its number is not written yet: the provider comes again after anything but success.
      if (!(await settleSms(db, { ...report, state }))) throw new Refusal('not-found');
      return answer(204);
    },
  }),
];
