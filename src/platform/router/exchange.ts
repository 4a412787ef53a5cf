/** One request and its response, whether they came over a socket or from the platform itself. */
import type { Duplex, Readable } from 'node:stream';
import type { InternalMarks } from './internal-request.ts';
import type { RequestHead } from './request-head.ts';
import type { HeaderLines } from './wire/response-text.ts';

/** Told about the client by its exchange. */
export interface ExchangeListener {
  /** The client went away before the response was complete. */
  clientGone(): void;
  /** The client takes more bytes after a `write` that answered false. */
  clientDrained(): void;
}

/** The client's side of a protocol upgrade. */
export interface UpgradeSocket {
  /** Takes the connection away from the exchange: from here on the bytes are the taker's, those already sent too. */
  take(): { readonly socket: Duplex; readonly early: Buffer };
}

export interface Exchange {
  readonly method: string;
  /** Path and query as received. */
  readonly target: string;
  /** `1.1` */
  readonly httpVersion: string;
  /** Names and values, alternating, as received. */
  readonly rawHeaders: readonly string[];
  /** What they say, where they were read already. */
  readonly head?: RequestHead;
  /** Address of the other end of the connection. */
  readonly peerAddress: string;
  readonly isEncrypted: boolean;
  /** Set on requests of the platform's own. */
  readonly internal: InternalMarks | undefined;
  readonly upgrade: UpgradeSocket | undefined;
  /** Bytes of an internal request's body; of outside ones the headers say. */
  readonly bodyLength: number | undefined;
  /** Whether part of the body was read: the request can't be sent to another instance any more. */
  readonly isBodyTouched: boolean;
  /** Whether the client has sent all of it. */
  readonly isBodyComplete: boolean;
  readonly isHeadSent: boolean;
  listener: ExchangeListener | undefined;
  /**
   * The request's body for one attempt. Fails with BodyTooLargeError after `limit` bytes.
   * Destroying it leaves the connection usable for a response.
   */
  openBody(limit: number): Readable | Uint8Array;
  /**
   * It may wait for what is written next, or for `flush`.
   * @param headers names and values, alternating
   * @param lines the same as text, where they were written before
   */
  sendHead(status: number, statusText: string, headers: readonly string[], lines?: HeaderLines): void;
  /**
   * False when the client is slow: wait for `clientDrained`. Small pieces may wait for more, or for `flush`.
   * @param chunk a string is Latin-1: a byte a character
   */
  write(chunk: Uint8Array | string): boolean;
  /** What was written goes out: it may be a while before there is more. */
  flush(): void;
  end(chunk?: Uint8Array): void;
  /** Breaks the connection, so that the client sees that the response is not complete. */
  cut(): void;
}

export class BodyTooLargeError extends Error {
  constructor() {
    super('The request body is larger than allowed.');
    this.name = 'BodyTooLargeError';
  }
}

/** The whole body; rejects with BodyTooLargeError. */
export async function collectBody(exchange: Exchange, limit: number): Promise<Buffer> {
  const body = exchange.openBody(limit);
  if (body instanceof Uint8Array) {
    if (body.length > limit) throw new BodyTooLargeError();
    return Buffer.from(body);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
