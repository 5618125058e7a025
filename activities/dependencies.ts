/** What the activities work with; put together once, in worker.ts. */
import type { SmsProvider } from '../domain/sms-failover.ts';
import type { Closed } from '../domain/line-hours.ts';
import type { Instant } from '../domain/registration.ts';
import type { Logger } from '../platform/log.ts';
import type { Database } from '../store/database.ts';
import type { BankGateway } from './gateways/bank.ts';
import type { CivilRegistryGateway } from './gateways/civil-registry.ts';
import type { LineOwnerGateway } from './gateways/line-owner.ts';
import type { SmsGateway } from './gateways/sms.ts';

export interface Dependencies {
  readonly db: Database;
  /** For what an operator has to act on; what the engine retries is in its own log. */
  readonly log: Logger;
  readonly gateways: {
    /** The second provider may be missing. */
    readonly sms: { readonly 'sms-a': SmsGateway } & Readonly<Partial<Record<SmsProvider, SmsGateway>>>;
    readonly lineOwner: LineOwnerGateway;
    readonly civilRegistry: CivilRegistryGateway;
    readonly bank: BankGateway;
  };
  /** Of 100 points, so many rest with `sms-a` (domain/sms-failover.ts). All when it is left out. */
  readonly smsRest?: number;
  /** Of the pages that may take a code from an SMS by themselves; none when it is left out. */
  readonly webOtpHost?: string | null;
  /** Until when the registry of lines is closed, null while it is open. */
  readonly lineClosed: (now: Instant) => Closed | null;
  /** Where the bank sends browsers back: the public address of the API, without a slash at the end. */
  readonly publicApiUrl: string;
  /** Points at which a test can end the process (`subject` says whose work); does nothing otherwise. */
  readonly failpoint: (name: string, subject: string) => Promise<void>;
}
