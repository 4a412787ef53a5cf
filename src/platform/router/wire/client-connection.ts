/** A client's connection: one plain request after the other. At the first that is not, Node's server gets the connection. */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../../support/clock.ts';
import type { Exchange } from '../exchange.ts';
import { plainAddress } from '../host-name.ts';
import type { ListenerLimits } from '../router-options.ts';
import { type BodySource, IncomingBody } from './incoming-body.ts';
import { type PlainRequest, PlainRequestReader } from './plain-request.ts';
import { type ExchangePort, SocketExchange } from './socket-exchange.ts';

export interface ConnectionHost {
  readonly clock: Clock;
  readonly limits: ListenerLimits;
  /** No connection is kept any more. */
  readonly isClosing: boolean;
  onExchange(exchange: Exchange): void;
  /** Node's server takes the connection, with the bytes that were not understood. */
  handOver(socket: Socket, bytes: Buffer): void;
  onClosed(connection: ClientConnection): void;
}

/** How long a client may take nothing of a response that waits for it: it holds an instance meanwhile. */
const STALL_MS = 120_000;
/** How long a client that was refused may go on sending before its connection is cut. */
const LINGER_MS = 5000;
/** Bytes that wait for the client before its instance waits too. */
const MOST_WAITING_BYTES = 64 * 1024;
/** Pieces a head may come in; Node's parser does not mind more. */
const MOST_PIECES = 16;
const nothing = Buffer.alloc(0);
const timeoutText = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n';

export class ClientConnection implements ExchangePort, BodySource {
  readonly isEncrypted: boolean;
  readonly clock: Clock;
  readonly #host: ConnectionHost;
  readonly #socket: Socket;
  readonly #reader: PlainRequestReader;
  #address: string | undefined;
  /** What came and belongs to no request yet. */
  #pending: Buffer = nothing;
  #pieces = 0;
  #exchange: SocketExchange | undefined;
  #body: IncomingBody | undefined;
  #isReading = false;
  /** What is pending began to come just now. */
  #isFresh = false;
  #isFirst = true;
  /** It has not taken all that was written. */
  #isSlow = false;
  /** Monotonic milliseconds: since when the client is expected to say more. */
  #sinceMs: number;
  #cancelStall: (() => void) | undefined;
  #cancelLinger: (() => void) | undefined;

  constructor(host: ConnectionHost, socket: Socket) {
    this.#host = host;
    this.clock = host.clock;
    this.#socket = socket;
    this.#reader = new PlainRequestReader(host.limits.maxHeaders);
    this.#sinceMs = host.clock.monotonicMs();
    this.isEncrypted = (socket as Partial<TLSSocket>).encrypted === true;
    socket.on('data', this.#onData);
    socket.on('drain', this.#onDrain);
    socket.on('end', this.#onEnd);
    socket.on('error', ignore);
    socket.on('close', this.#onClose);
  }

  get peerAddress(): string {
    this.#address ??= plainAddress(this.#socket.remoteAddress);
    return this.#address;
  }

  get isFull(): boolean {
    return this.#isSlow && this.#socket.writableLength >= MOST_WAITING_BYTES;
  }

  get isIdle(): boolean {
    return this.#exchange === undefined && this.#body === undefined && this.#pending.length === 0;
  }

  keepAliveSeconds(): number | undefined {
    return this.#host.isClosing ? undefined : Math.floor(this.#host.limits.keepAliveTimeoutMs / 1000);
  }

  write(text: string): void {
    if (!this.#socket.write(text, 'latin1')) this.#onSlow();
  }

  writeBoth(text: string, bytes: Uint8Array): void {
    const socket = this.#socket;
    socket.cork();
    if (text !== '') socket.write(text, 'latin1');
    const isTaken = socket.write(bytes);
    socket.uncork();
    if (!isTaken) this.#onSlow();
  }

  #onSlow(): void {
    this.#isSlow = true;
    if (!this.isFull || this.#cancelStall) return;
    this.#cancelStall = this.#host.clock.after(STALL_MS, () => this.cut(), { isBackground: true });
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  cut(): void {
    this.#socket.destroy();
  }

  onEnded(): void {
    const exchange = this.#exchange;
    const body = this.#body;
    this.#exchange = undefined;
    this.#sinceMs = this.#host.clock.monotonicMs();
    if (body) {
      // The rest of an unread body is dropped as it comes; a client that goes on for long is cut off.
      body.drop();
      this.#cancelLinger = this.#host.clock.after(LINGER_MS, () => this.cut(), { isBackground: true });
    }
    if (exchange?.keepsAlive !== true) this.#closeAfter(body);
    else if (!body) this.#next();
  }

  /** Breaks what waits for a client that is too slow. */
  checkTime(nowMs: number): void {
    const { headersTimeoutMs, keepAliveTimeoutMs, requestTimeoutMs } = this.#host.limits;
    const ms = nowMs - this.#sinceMs;
    if (this.#body) {
      if (ms > requestTimeoutMs) this.#timeOut();
    } else if (!this.#exchange) {
      const isWaiting = this.#pending.length === 0 && !this.#isFirst;
      if (isWaiting && ms > keepAliveTimeoutMs) this.cut();
      else if (!isWaiting && ms > headersTimeoutMs) this.#timeOut();
    }
  }

  readonly #onData = (bytes: Buffer): void => {
    let rest = bytes;
    if (this.#body) {
      rest = this.#body.push(bytes);
      if (this.#body.isComplete) this.#onBodyComplete();
      if (rest.length === 0) return;
    }
    if (this.#pending.length === 0) {
      this.#pending = rest;
      this.#pieces = 1;
      this.#isFresh = true;
    } else {
      this.#pending = Buffer.concat([this.#pending, rest]);
      this.#pieces += 1;
    }
    if (this.#exchange || this.#body) this.#waitForTurn();
    else this.#next();
    // A request that is not here as a whole.
    if (this.#isFresh && (this.#body || (!this.#exchange && !this.#isFirst)))
      this.#sinceMs = this.#host.clock.monotonicMs();
    this.#isFresh = false;
  };

  /** Pipelined requests wait; there is no end to what a client may send of them. */
  #waitForTurn(): void {
    if (this.#pending.length >= this.#host.limits.maxHeaderBytes) this.#socket.pause();
  }

  #onBodyComplete(): void {
    this.#body = undefined;
    this.#cancelLinger?.();
    this.#cancelLinger = undefined;
    this.#socket.resume();
    // The response came before its request was complete.
    if (this.#exchange) return;
    if (this.#socket.writableEnded) this.#socket.destroySoon();
  }

  /** Begins the requests that are here, as long as each is answered at once. */
  #next(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#pending.length > 0 && !this.#exchange && !this.#body && !this.#isEnding()) {
      // A client that does not read gets nothing more to read.
      if (this.isFull) break;
      const { maxHeaderBytes } = this.#host.limits;
      const request = this.#reader.read(this.#pending.toString('latin1', 0, maxHeaderBytes));
      const isLong = this.#pending.length >= maxHeaderBytes || this.#pieces > MOST_PIECES;
      if (request === 'other' || (request === 'incomplete' && isLong)) {
        this.#handOver();
        return;
      }
      if (request === 'incomplete') break;
      this.#begin(request);
    }
    this.#isReading = false;
    if (!this.#exchange && this.#pending.length < this.#host.limits.maxHeaderBytes) this.#socket.resume();
  }

  #isEnding(): boolean {
    return this.#socket.destroyed || this.#socket.writableEnded;
  }

  #begin(request: PlainRequest): void {
    const { contentLength } = request.lines;
    const rest = this.#pending.subarray(request.bytes);
    let body: Buffer | IncomingBody | undefined;
    if (contentLength > 0) {
      if (rest.length >= contentLength) body = rest.subarray(0, contentLength);
      else {
        body = new IncomingBody(contentLength, this);
        this.#body = body;
        body.push(rest);
      }
    }
    this.#pending = rest.length > contentLength ? rest.subarray(contentLength) : nothing;
    this.#pieces = 1;
    this.#isFirst = false;
    this.#exchange = new SocketExchange(this, request, body);
    this.#host.onExchange(this.#exchange);
  }

  #handOver(): void {
    const bytes = this.#pending;
    this.#pending = nothing;
    this.#release();
    this.#host.onClosed(this);
    this.#host.handOver(this.#socket, bytes);
  }

  /** What was answered arrives, then the connection ends. */
  #closeAfter(body: IncomingBody | undefined): void {
    this.#pending = nothing;
    if (body) this.#socket.end();
    else this.#socket.destroySoon();
  }

  #timeOut(): void {
    const exchange = this.#exchange;
    const isAnswered = exchange?.isHeadSent ?? false;
    this.#exchange = undefined;
    this.#body?.fail(new Error('The client is too slow.'));
    exchange?.listener?.clientGone();
    if (!isAnswered && !this.#isEnding()) this.#socket.write(timeoutText, 'latin1');
    this.#socket.destroySoon();
  }

  readonly #onDrain = (): void => {
    this.#isSlow = false;
    this.#cancelStall?.();
    this.#cancelStall = undefined;
    if (this.#exchange) this.#exchange.listener?.clientDrained();
    else this.#next();
  };

  /** A client that ends its half has gone, as far as anybody can tell. */
  readonly #onEnd = (): void => {
    if (this.#exchange) this.#socket.destroy();
    else this.#socket.destroySoon();
  };

  readonly #onClose = (): void => {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#cancelStall?.();
    this.#cancelLinger?.();
    this.#body?.fail(new Error('The client went away.'));
    this.#body = undefined;
    this.#host.onClosed(this);
    if (exchange) {
      exchange.isOver = true;
      exchange.listener?.clientGone();
    }
  };

  #release(): void {
    this.#cancelStall?.();
    const socket = this.#socket;
    socket.off('data', this.#onData);
    socket.off('drain', this.#onDrain);
    socket.off('end', this.#onEnd);
    socket.off('error', ignore);
    socket.off('close', this.#onClose);
  }
}

/** That a connection broke is told by `close`. */
function ignore(): void {}
