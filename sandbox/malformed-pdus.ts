/** Answers of an SMS centre that break SMPP, each in its own way; some look almost like an id. */
import type { Pdu } from 'smpp';

/** The bytes that come in place of an answer to this request. */
type BadPdu = (request: Pdu) => Buffer;

const SUBMIT_SM_RESP = 0x80000004;
const ENQUIRE_LINK_RESP = 0x80000015;
const BIND_TRANSCEIVER_RESP = 0x80000009;
const GENERIC_NACK = 0x80000000;
const DELIVER_SM = 0x00000005;
const HEADER = 16;

interface Header {
  readonly command?: number;
  readonly status?: number;
  readonly sequence: number;
  /** What the header says; by default the truth. */
  readonly length?: number;
}

function pdu(
  { command = SUBMIT_SM_RESP, status = 0, sequence, length }: Header,
  body: Uint8Array = Buffer.alloc(0),
): Buffer {
  const bytes = Buffer.alloc(HEADER + body.length);
  [length ?? bytes.length, command, status, sequence].forEach((word, index) =>
    bytes.writeUInt32BE(word >>> 0, index * 4),
  );
  bytes.set(body, HEADER);
  return bytes;
}

const id = (text: string): Buffer => Buffer.from(`${text}\0`, 'latin1');
const ID = id('1f2e3d4c5b');
/** A TLV that promises more bytes than there are. */
const LONG_TLV = Buffer.from([0x00, 0x1e, 0xff, 0xff, 0x31]);

export const MALFORMED_PDUS: readonly BadPdu[] = [
  ({ sequence_number: sequence }) => pdu({ sequence }),
  ({ sequence_number: sequence }) => pdu({ sequence }, id('')),
  ({ sequence_number: sequence }) => pdu({ sequence }, id(' ')),
  ({ sequence_number: sequence }) => pdu({ sequence }, id('1f 2e')),
  ({ sequence_number: sequence }) => pdu({ sequence }, id('1f\r\n2e')),
  ({ sequence_number: sequence }) => pdu({ sequence }, id('1'.repeat(65))),
  ({ sequence_number: sequence }) => pdu({ sequence }, id('شناسه')),
  ({ sequence_number: sequence }) => pdu({ sequence, length: HEADER + 400 }, ID),
  ({ sequence_number: sequence }) => pdu({ sequence, length: 0 }, ID),
  ({ sequence_number: sequence }) => pdu({ sequence, length: 4 }, ID),
  ({ sequence_number: sequence }) => pdu({ sequence, length: 8 }, ID),
  ({ sequence_number: sequence }) => pdu({ sequence, length: 15 }, ID),
  ({ sequence_number: sequence }) => pdu({ sequence, length: 0xffffffff }, ID),
  ({ sequence_number: sequence }) => pdu({ sequence: sequence + 7 }, ID),
  ({ sequence_number: sequence }) => pdu({ sequence, command: ENQUIRE_LINK_RESP }),
  ({ sequence_number: sequence }) => pdu({ sequence, command: BIND_TRANSCEIVER_RESP }, ID),
  ({ sequence_number: sequence }) => pdu({ sequence, command: GENERIC_NACK }),
  ({ sequence_number: sequence }) => pdu({ sequence, command: GENERIC_NACK, status: 3 }),
  ({ sequence_number: sequence }) => pdu({ sequence, command: 0x80000fff }, ID),
  ({ sequence_number: sequence }) => pdu({ sequence, status: 0xffffffff }, ID),
  ({ sequence_number: sequence }) => pdu({ sequence }, Buffer.concat([id(''), LONG_TLV])),
  ({ sequence_number: sequence }) => pdu({ sequence, command: DELIVER_SM }, Buffer.from([0, 1, 1, 0x39])),
  () => Buffer.from('HTTP/1.1 500 Internal Server Error\r\n\r\n'),
  () => Buffer.alloc(64, 0xff),
];
