/** An exchange over a client's connection whose bytes the router reads and writes itself. */
import type { Readable } from 'node:stream';
import type { Exchange, ExchangeListener } from '../exchange.ts';
import type { RequestHead } from '../request-head.ts';
import type { IncomingBody } from './incoming-body.ts';
import type { PlainRequest } from './plain-request.ts';
import { headerLines, responseText } from './response-text.ts';

/** What an exchange asks of its connection. */
export interface ExchangePort {
  readonly peerAddress: string;
  readonly isEncrypted: boolean;
  /** Seconds to tell the client; undefined when the connection ends with this response. */
  keepAliveSeconds(): number | undefined;
  readonly clock: { now(): number };
  /** @param text Latin-1 */
  write(text: string): void;
  /** In one piece, where the system takes it. */
  writeBoth(text: string, bytes: Uint8Array): void;
  /** The client is slow: `listener.clientDrained` comes when it has taken what waits. */
  readonly isFull: boolean;
  /** The response is complete. */
  onEnded(): void;
  cut(): void;
}

/** Small pieces become text and go out together, in one system call and without a buffer. */
const SMALL_BYTES = 4096;
const GATHERED_BYTES = 16 * 1024;
const lastChunk = '0\r\n\r\n';

export class SocketExchange implements Exchange {
  readonly internal = undefined;
  readonly upgrade = undefined;
  readonly bodyLength = undefined;
  readonly httpVersion = '1.1';
  readonly method: string;
  readonly target: string;
  readonly rawHeaders: readonly string[];
  readonly head: RequestHead;
  /** Whether the connection may be used again, as far as the client and the response are concerned. */
  keepsAlive: boolean;
  listener: ExchangeListener | undefined;
  isHeadSent = false;
  isOver = false;
  readonly #port: ExchangePort;
  readonly #body: IncomingBody | Buffer | undefined;
  /** What was written and not sent yet, Latin-1: heads, sizes of chunks, and small pieces of the body. */
  #text = '';
  #hasBody = true;
  #isChunked = false;
  #missing = 0;

  constructor(port: ExchangePort, request: PlainRequest, body: IncomingBody | Buffer | undefined) {
    this.#port = port;
    this.#body = body;
    this.method = request.method;
    this.target = request.target;
    this.rawHeaders = request.lines.fields;
    this.head = request.lines.head;
    this.keepsAlive = request.lines.keepsAlive;
  }

  get peerAddress(): string {
    return this.#port.peerAddress;
  }

  get isEncrypted(): boolean {
    return this.#port.isEncrypted;
  }

  /** A body that is here as a whole can be sent again. */
  get isBodyTouched(): boolean {
    return this.#body !== undefined && !(this.#body instanceof Uint8Array) && this.#body.isTouched;
  }

  get isBodyComplete(): boolean {
    return this.#body === undefined || this.#body instanceof Uint8Array || this.#body.isComplete;
  }

  openBody(limit: number): Readable | Uint8Array {
    if (this.#body === undefined) return new Uint8Array();
    return this.#body instanceof Uint8Array ? this.#body : this.#body.open(limit);
  }

  sendHead(status: number, statusText: string, headers: readonly string[], lines = headerLines(headers)): void {
    if (this.isHeadSent) throw new Error('The head was sent already.');
    this.#hasBody = this.method !== 'HEAD' && status !== 204 && status !== 304;
    const keepAliveSeconds = this.keepsAlive ? this.#port.keepAliveSeconds() : undefined;
    const { clock } = this.#port;
    const head = responseText(status, { statusText, lines, hasBody: this.#hasBody, keepAliveSeconds, clock });
    this.isHeadSent = true;
    this.keepsAlive = keepAliveSeconds !== undefined;
    this.#text = head.text;
    this.#isChunked = this.#hasBody && head.length === undefined;
    this.#missing = head.length ?? 0;
  }

  write(chunk: Uint8Array | string): boolean {
    if (this.isOver || !this.#hasBody || chunk.length === 0) return true;
    if (!this.#add(chunk)) return true;
    if (this.#text.length >= GATHERED_BYTES) this.flush();
    return !this.#port.isFull;
  }

  flush(): void {
    if (this.#text === '' || this.isOver) return;
    const text = this.#text;
    this.#text = '';
    this.#port.write(text);
  }

  end(chunk?: Uint8Array): void {
    if (this.isOver) return;
    if (chunk && chunk.length > 0 && this.#hasBody && !this.#add(chunk)) return;
    if (this.#isChunked) this.#text += lastChunk;
    else if (this.#hasBody && this.#missing > 0) {
      // Fewer bytes than were announced: the next response would be taken for the rest.
      this.cut();
      return;
    }
    this.flush();
    this.isOver = true;
    this.#port.onEnded();
  }

  cut(): void {
    this.isOver = true;
    this.#port.cut();
  }

  /** False when there is more than was announced, which ends the connection. */
  #add(chunk: Uint8Array | string): boolean {
    if (this.#isChunked) this.#text += `${chunk.length.toString(16)}\r\n`;
    else if (chunk.length > this.#missing) {
      this.cut();
      return false;
    } else this.#missing -= chunk.length;
    if (typeof chunk === 'string') this.#text += chunk;
    else if (chunk.length <= SMALL_BYTES) this.#text += latin1(chunk);
    else {
      const text = this.#text;
      this.#text = '';
      this.#port.writeBoth(text, chunk);
    }
    if (this.#isChunked) this.#text += '\r\n';
    return true;
  }
}

function latin1(bytes: Uint8Array): string {
  return (bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).toString(
    'latin1',
  );
}
