/** What the environment says of SMS beside the first provider: the line to an SMS centre, shares, rates. */
import { z } from 'zod';
import { REQUIRED, type Environment } from './environment.ts';

/** How a centre writes ids of messages: compared as they are, or as numbers. */
const idNotation = z.enum(['text', 'hex', 'decimal']);

export interface SmppConfig {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** A file with certificates (PEM) to trust in place of the public ones. */
  readonly caFile: string | null;
  readonly systemId: string;
  readonly password: string;
  /** What receivers see. */
  readonly source: string;
  readonly window: number;
  readonly perSecond: number;
  readonly ids: Readonly<Record<'answers' | 'receipts', z.infer<typeof idNotation>>>;
}

/** Where the sandbox's SMS centre listens, and with what our line binds there. */
export interface CentreConfig {
  readonly port: number;
  readonly systemId: string;
  readonly password: string;
}

export interface SmsConfig {
  /** Of 100 points, so many rest with the first provider (docs/operations.md). */
  readonly firstPoints: number;
  /** Notices that all workers together hand over in a second. */
  readonly noticesPerSecond: number;
  /** Of the pages that may take a code from an SMS by themselves; null when there are none. */
  readonly webOtpHost: string | null;
}

/** SMPP 3.4: a system id has at most 15 characters, a password 8, an address 20. */
const systemId = z.string().regex(/^[!-~]{1,15}$/u, 'must be 1 to 15 printable characters');
const password = z.string().regex(/^[!-~]{1,8}$/u, 'must be 1 to 8 printable characters');
const source = z.string().regex(/^(?:\d{1,20}|[\w .-]{1,11})$/u, 'must be a number, or a name of 11 letters');
const hostName = z.string().regex(/^[\w.:-]+$/u, 'must be the name or address of a host');
const port = z.coerce.number().int().min(1).max(65_535);
const onOff = z.enum(['on', 'off']).transform((text) => text === 'on');
const positive = z.coerce.number().int().min(1);

const TLS_PORT = 3550;
const PORT = 2775;
const WINDOW = 10;
const PER_SECOND = 50;
const NOTICES_PER_SECOND = 100;
const ALL_POINTS = 100;

/** The line is there when its host is set; then everything that it needs has to be. */
export function readSmpp(from: Environment, production: boolean): SmppConfig | null {
  const host = from.take('SMPP_HOST', hostName, '');
  if (host === '') return null;
  const tls = from.take('SMPP_TLS', onOff, production);
  return {
    ...{ host, tls },
    caFile: from.take('SMPP_CA_FILE', z.string().min(1), null),
    port: from.take('SMPP_PORT', port, tls ? TLS_PORT : PORT),
    systemId: from.take<string>('SMPP_SYSTEM_ID', systemId, REQUIRED),
    password: from.take<string>('SMPP_PASSWORD', password, REQUIRED),
    source: from.take<string>('SMPP_SOURCE', source, REQUIRED),
    window: from.take('SMPP_WINDOW', positive.max(1000), WINDOW),
    perSecond: from.take('SMPP_PER_SECOND', positive.max(10_000), PER_SECOND),
    ids: {
      answers: from.take('SMPP_ANSWER_IDS', idNotation, 'text' as const),
      receipts: from.take('SMPP_RECEIPT_IDS', idNotation, 'text' as const),
    },
  };
}

/** Only the sandbox needs its password. */
export function readCentre(from: Environment, needed: boolean): CentreConfig {
  return {
    port: from.take('SANDBOX_SMPP_PORT', port, PORT),
    systemId: needed ? from.take('SMPP_SYSTEM_ID', systemId, 'davtalab') : '',
    password: needed ? from.take<string>('SMPP_PASSWORD', password, REQUIRED) : '',
  };
}

export function readSms(from: Environment): SmsConfig {
  return {
    firstPoints: from.take('SMS_FIRST_POINTS', z.coerce.number().int().min(0).max(ALL_POINTS), ALL_POINTS),
    noticesPerSecond: from.take('SMS_NOTICES_PER_SECOND', z.coerce.number().positive(), NOTICES_PER_SECOND),
    webOtpHost: from.take('WEB_OTP_HOST', hostName, null),
  };
}
