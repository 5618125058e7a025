/** SMS: the port to a provider. Kavenegar's adapter is in kavenegar.ts, that of an SMS centre in smpp.ts. */
import type { Instant } from '../../domain/registration.ts';
import type { DeliveryState } from '../../domain/sms-receipt.ts';

export type CodePurpose = 'sign-in' | 'submission' | 'withdrawal' | 'mobile-change' | 'new-mobile';

interface Addressed {
  /** `+989…` */
  readonly to: string;
  readonly text: string;
  /** Our id of this SMS, a UUID of version 7. A provider that can drops a notice that comes twice under the same reference. */
  readonly reference: string;
  /** How long the answer is waited for, at most; a code has less time than a notice. */
  readonly withinMs?: number;
}

export type Sms =
  | (Addressed & { readonly kind: 'notice' })
  | (Addressed & {
      readonly kind: 'code';
      readonly code: string;
      readonly purpose: CodePurpose;
      /** After it the code is of no use to anybody. */
      readonly expiresAt: Instant;
    });

export interface Found {
  /** `not-found`: it never arrived there. `unknown`: the provider cannot say. */
  readonly state: DeliveryState;
  /** The provider's ids of it, as far as it tells them. */
  readonly references: readonly string[];
}

export interface SmsGateway {
  /**
   * Returns the provider's ids, one for each part. Throws GatewayError; `ambiguous` and `malformed` mean that it may
   * have been sent, `refused` that nobody could send it.
   */
  send(sms: Sms): Promise<{ readonly references: readonly string[] }>;
  /** Whether an SMS arrived of which `send` gave no answer. */
  find(sms: Sms): Promise<Found>;
  /** What became of messages, by the provider's ids and in their order. */
  states(references: readonly string[]): Promise<readonly DeliveryState[]>;
}
