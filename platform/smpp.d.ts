/** What we use of the package `smpp` 0.5.1, which has no types of its own. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server as SocketServer, Socket } from 'node:net';

  /** A string or a number as the protocol has them; a text comes decoded, and bytes go out as they are. */
  export type PduField =
    string | number | Buffer | { readonly udh?: readonly Buffer[]; readonly message: string | Buffer };

  export interface Pdu {
    readonly command: string;
    readonly command_status: number;
    /** Bytes, as it came. */
    readonly command_length: number;
    sequence_number: number;
    readonly esm_class?: number;
    readonly data_coding?: number;
    readonly registered_delivery?: number;
    readonly source_addr?: string;
    readonly destination_addr?: string;
    readonly system_id?: string;
    readonly password?: string;
    readonly message_id?: string;
    readonly message_state?: number;
    readonly receipted_message_id?: string;
    readonly short_message?: PduField;
    isResponse(): boolean;
    response(fields?: Readonly<Record<string, PduField>>): Pdu;
    toBuffer(): Buffer;
  }

  export interface Session extends EventEmitter {
    readonly socket: Socket;
    /** False when the socket takes nothing any more. Gives the PDU its sequence number. */
    send(pdu: Pdu): boolean;
    destroy(): void;
  }

  export interface Server extends SocketServer {
    readonly sessions: readonly Session[];
  }

  interface Smpp {
    readonly PDU: new (command: string, fields?: Readonly<Record<string, PduField>>) => Pdu;
    connect(options: {
      readonly host: string;
      readonly port: number;
      readonly tls: boolean;
      readonly ca?: string | undefined;
    }): Session;
    createServer(onSession: (session: Session) => void): Server;
    createServer(
      options: { readonly key: string; readonly cert: string },
      onSession: (session: Session) => void,
    ): Server;
  }
  const smpp: Smpp;
  export default smpp;
}
