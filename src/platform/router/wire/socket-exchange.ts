/** An exchange over a client's connection whose bytes the router reads and writes itself. */
import type { Readable } from 'node:stream';
import type { Exchange, ExchangeListener } from '../exchange.ts';
import type { RequestHead } from '../request-head.ts';
import type { IncomingBody } from './incoming-body.ts';
import type { PlainRequest } from './plain-request.ts';
import { responseText } from './response-text.ts';

/** What an exchange asks of its connection. */
export interface ExchangePort {
  readonly peerAddress: string;
  readonly isEncrypted: boolean;
  /** Seconds to tell the client; undefined when the connection ends with this response. */
  keepAliveSeconds(): number | undefined;
  nowMs(): number;
  write(bytes: Uint8Array): void;
  /** The client is slow: `listener.clientDrained` comes when it has taken what waits. */
  readonly isFull: boolean;
  /** The response is complete. */
  onEnded(): void;
  cut(): void;
}

/** What is written within one turn goes out together up to this many bytes. */
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
  /** Text of a head or of chunk sizes that goes before what is written next. */
  #text = '';
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #hasBody = true;
  #isChunked = false;
  #missing = 0;
  #isFlushPlanned = false;

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

  sendHead(status: number, statusText: string, headers: readonly string[]): void {
    if (this.isHeadSent) throw new Error('The head was sent already.');
    this.#hasBody = this.method !== 'HEAD' && status !== 204 && status !== 304;
    const keepAliveSeconds = this.keepsAlive ? this.#port.keepAliveSeconds() : undefined;
    const nowMs = this.#port.nowMs();
    const head = responseText(status, { statusText, headers, hasBody: this.#hasBody, keepAliveSeconds, nowMs });
    this.isHeadSent = true;
    this.keepsAlive = keepAliveSeconds !== undefined;
    this.#text = head.text;
    this.#isChunked = this.#hasBody && head.length === undefined;
    this.#missing = head.length ?? 0;
    this.#flushSoon();
  }

  write(chunk: Uint8Array): boolean {
    if (this.isOver || !this.#hasBody || chunk.length === 0) return true;
    if (!this.#add(chunk)) return true;
    if (this.#gatheredBytes >= GATHERED_BYTES) this.#flush();
    else this.#flushSoon();
    return !this.#port.isFull;
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
    this.#flush();
    this.isOver = true;
    this.#port.onEnded();
  }

  cut(): void {
    this.isOver = true;
    this.#port.cut();
  }

  /** False when there is more than was announced, which ends the connection. */
  #add(chunk: Uint8Array): boolean {
    if (this.#isChunked) this.#text += `${chunk.length.toString(16)}\r\n`;
    else if (chunk.length > this.#missing) {
      this.cut();
      return false;
    } else this.#missing -= chunk.length;
    this.#settleText();
    this.#gathered.push(chunk);
    this.#gatheredBytes += chunk.length;
    if (this.#isChunked) this.#text = '\r\n';
    return true;
  }

  #settleText(): void {
    if (this.#text === '') return;
    this.#gathered.push(Buffer.from(this.#text, 'latin1'));
    this.#gatheredBytes += this.#text.length;
    this.#text = '';
  }

  /** Most responses end within the turn that begins them: one write then. */
  #flushSoon(): void {
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    process.nextTick(flushPlanned, this);
  }

  flushPlanned(): void {
    this.#isFlushPlanned = false;
    if (!this.isOver) this.#flush();
  }

  #flush(): void {
    this.#settleText();
    const [first] = this.#gathered;
    if (!first) return;
    const bytes = this.#gathered.length === 1 ? first : Buffer.concat(this.#gathered, this.#gatheredBytes);
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#port.write(bytes);
  }
}

function flushPlanned(exchange: SocketExchange): void {
  exchange.flushPlanned();
}
