/** An SMS as an SMS centre takes it (SMPP 3.4 §4.4.1): a submission for each part that the phone joins again. */
import type { PduField } from 'smpp';
import { segments } from '../../domain/sms-segments.ts';
import type { Instant } from '../../domain/registration.ts';
import type { Sms } from './sms.ts';

const UCS2 = 8;
const UDH_INDICATOR = 0x40;
const RECEIPT_ON_ANY_END = 1;
/** Type of number and numbering plan: a number abroad, one of ours, a name. */
const INTERNATIONAL = { ton: 1, npi: 1 };
const OWN_NUMBER = { ton: 0, npi: 1 };
const NAME = { ton: 5, npi: 0 };

interface Sender {
  /** What receivers see: a number of ours, or a name. */
  readonly source: string;
  readonly now: Instant;
}

/** The fields of each part, in their order. */
export function partsOf(sms: Sms, { source, now }: Sender): Readonly<Record<string, PduField>>[] {
  const texts = segments(sms.text);
  const from = /^\d+$/.test(source) ? OWN_NUMBER : NAME;
  const number = numberOf(sms.reference);
  return texts.map((part, index) => {
    const bytes = Buffer.from(part, 'utf16le').swap16();
    const header = Buffer.from([5, 0, 3, number, texts.length, index + 1]);
    return {
      source_addr_ton: from.ton,
      source_addr_npi: from.npi,
      source_addr: source,
      dest_addr_ton: INTERNATIONAL.ton,
      dest_addr_npi: INTERNATIONAL.npi,
      destination_addr: sms.to.replace(/^\+/, ''),
      esm_class: texts.length > 1 ? UDH_INDICATOR : 0,
      ...(sms.kind === 'code' ? { validity_period: validFor(sms.expiresAt - now) } : {}),
      registered_delivery: RECEIPT_ON_ANY_END,
      data_coding: UCS2,
      short_message: texts.length > 1 ? Buffer.concat([header, bytes]) : bytes,
    };
  });
}

const COUNTED_MS = 1_000;
const NUMBERS = 256;

/**
 * The number by which a phone joins parts, of which the header has one byte: the second in which the SMS was written.
 * A clock is the one counter that all workers share, so two SMS to one phone have the same only within a second, or
 * minutes apart, when the parts of the first have come; and each try of an SMS has the same, so that the phone joins
 * parts of two tries as well. With a header of two bytes only 66 units would be left of 67.
 */
function numberOf(reference: string): number {
  const writtenMs = Number.parseInt(reference.replaceAll('-', '').slice(0, 12), 16);
  return Math.floor(writtenMs / COUNTED_MS) % NUMBERS;
}

/** Relative time of SMPP 3.4 §7.1.1.1, which needs no clock of the centre's: `YYMMDDhhmmss000R`, at least a second. */
function validFor(ms: number): string {
  const seconds = Math.max(Math.ceil(ms / 1_000), 1);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `000000${parts.map((part) => String(part).padStart(2, '0')).join('')}000R`;
}
