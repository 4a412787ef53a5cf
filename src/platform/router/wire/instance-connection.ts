/** One kept-alive connection to an instance: a request at a time, its response read as it comes. */
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Clock } from '../../../support/clock.ts';
import { ChunkDecoder } from './chunk-decoder.ts';
import { type BodyEnd, MalformedResponseError, ResponseReader, type ResponseStart } from './plain-response.ts';
import { sendBody, wholeRequest } from './request-sending.ts';

export interface InstanceCall {
  readonly method: string;
  /** Request line and headers with the empty line, Latin-1. */
  readonly head: string;
  readonly body: Uint8Array | Readable | undefined;
  /** Bytes of a body that streams; chunked when it is not known. */
  readonly bodyLength: number | undefined;
}

/** Told how a call goes; the last call is `onComplete` or `onError`, unless it was aborted. */
export interface InstanceCallListener {
  /** There is a connection: from here on the instance may have got the request. */
  onSending(): void;
  onHead(start: ResponseStart): void;
  /** False when no more is wanted until `resume`. The chunk is the listener's to keep; a string is Latin-1. */
  onData(chunk: Buffer | string): boolean;
  /** All that was here was told, and there is more to come. */
  onPause(): void;
  onComplete(): void;
  onError(error: Error): void;
}

export interface ConnectionOwner {
  readonly clock: Clock;
  /** It can take another request. */
  onIdle(connection: InstanceConnection): void;
  onClosed(connection: InstanceConnection): void;
}

const CONNECT_TIMEOUT_MS = 10_000;
const MAX_HEAD_BYTES = 256 * 1024;
/** Heads are smaller, as a rule, and bodies that are need no buffer of their own. */
const USUAL_HEAD_BYTES = 4096;
/** For servers that don't say how long they keep connections; gunicorn keeps them for 2 s. */
const DEFAULT_IDLE_MS = 1500;
/** A request must not meet the end of a connection on its way. */
const IDLE_MARGIN_MS = 1000;
const MOST_IDLE_MS = 600_000;

/** One for all connections: what it holds is used or copied before the next read. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);

export class InstanceConnection {
  /** Monotonic milliseconds after which it is not used again. */
  usableUntilMs = 0;
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  #isConnected = false;
  #call: InstanceCall | undefined;
  #listener: InstanceCallListener | undefined;
  #isBodySent = true;
  /** The beginning of a head that has not come whole. */
  #partial: Buffer | undefined;
  #start: ResponseStart | undefined;
  readonly #reader = new ResponseReader();
  #bodyEnd: BodyEnd = 0;
  #decoder: ChunkDecoder | undefined;
  #isPaused = false;
  #sawEnd = false;
  #error: Error | undefined;

  constructor(owner: ConnectionOwner, at: { readonly host: string; readonly port: number }) {
    this.#owner = owner;
    const onread = { buffer: readBuffer, callback: (bytes: number) => this.#onRead(bytes) };
    this.#socket = connect({ ...at, noDelay: true, onread });
    const cancelTimeout = owner.clock.after(
      CONNECT_TIMEOUT_MS,
      () => this.#socket.destroy(new Error('The instance did not accept a connection in time.')),
      { isBackground: true },
    );
    this.#socket.on('connect', () => {
      cancelTimeout();
      this.#isConnected = true;
      if (this.#call) this.#send(this.#call);
    });
    this.#socket.on('end', () => {
      this.#sawEnd = true;
    });
    this.#socket.on('error', (error) => {
      this.#error = error;
    });
    this.#socket.on('close', () => {
      cancelTimeout();
      this.#onClose();
    });
  }

  get isUsable(): boolean {
    return !this.#socket.destroyed && !this.#sawEnd && this.#owner.clock.monotonicMs() < this.usableUntilMs;
  }

  /** Only on a connection that is new or idle. */
  begin(call: InstanceCall, listener: InstanceCallListener): void {
    this.#call = call;
    this.#listener = listener;
    if (this.#isConnected) this.#send(call);
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
  }

  /** Breaks the connection; the listener hears no more. */
  destroy(): void {
    this.#listener = undefined;
    this.#dropBody();
    this.#socket.destroy();
  }

  /** Breaks the connection; the listener is told. */
  fail(error: Error): void {
    const listener = this.#listener;
    this.destroy();
    listener?.onError(error);
  }

  #send(call: InstanceCall): void {
    const listener = this.#listener;
    listener?.onSending();
    if (this.#listener !== listener || !listener) return;
    const { head, body } = call;
    if (body === undefined || body instanceof Uint8Array) {
      this.#isBodySent = true;
      if (body === undefined || body.length === 0) this.#socket.write(head, 'latin1');
      else this.#socket.write(wholeRequest(head, body));
      return;
    }
    this.#isBodySent = false;
    this.#socket.write(head, 'latin1');
    sendBody(this.#socket, body, {
      length: call.bodyLength,
      onSent: () => {
        this.#isBodySent = true;
      },
      onFailed: (error) => {
        if (this.#call === call) this.fail(error);
      },
    });
  }

  /** @returns true: reading goes on unless the socket was paused */
  #onRead(bytes: number): boolean {
    if (!this.#listener) {
      // Nothing was asked.
      this.#socket.destroy();
      return true;
    }
    try {
      if (this.#start) this.#onBody(readBuffer.subarray(0, bytes));
      else if (this.#partial || bytes > USUAL_HEAD_BYTES || !this.#onSmall(readBuffer.toString('latin1', 0, bytes)))
        this.#onHeadBytes(readBuffer.subarray(0, bytes));
      if (this.#start) this.#listener?.onPause();
    } catch (error) {
      this.fail(error as Error);
    }
    return true;
  }

  /** Most responses: one read brings all of them. False: it is not so, and nothing was done. */
  #onSmall(text: string): boolean {
    const start = this.#reader.read(text, this.#call?.method ?? '');
    if (start === 'incomplete' || start.status < 200 || start.bodyEnd !== text.length - start.bytes) return false;
    const listener = this.#listener;
    this.#start = start;
    listener?.onHead(start);
    // What the listener says to its only piece does not matter: there is nothing to hold back.
    if (listener === this.#listener && start.bodyEnd > 0) listener?.onData(text.slice(start.bytes));
    if (listener === this.#listener) this.#finish(true);
    return true;
  }

  #onHeadBytes(bytes: Buffer): void {
    let head = this.#partial ? Buffer.concat([this.#partial, bytes]) : bytes;
    this.#partial = undefined;
    for (;;) {
      const start = this.#read(head);
      if (start === 'incomplete') {
        if (head.length >= MAX_HEAD_BYTES) throw new MalformedResponseError('the headers are too long');
        this.#partial = Buffer.from(head);
        return;
      }
      const rest = head.subarray(start.bytes);
      if (start.status >= 200) {
        this.#onStart(start, rest);
        return;
      }
      if (start.status === 101) throw new MalformedResponseError('another protocol, which nobody asked for');
      // 103 Early Hints and the like are not passed on.
      if (rest.length === 0) return;
      head = rest;
    }
  }

  #read(head: Buffer): ResponseStart | 'incomplete' {
    const method = this.#call?.method ?? '';
    const start = this.#reader.read(head.toString('latin1', 0, USUAL_HEAD_BYTES), method);
    if (start !== 'incomplete' || head.length <= USUAL_HEAD_BYTES) return start;
    return this.#reader.read(head.toString('latin1', 0, MAX_HEAD_BYTES), method);
  }

  #onStart(start: ResponseStart, rest: Buffer): void {
    const listener = this.#listener;
    this.#start = start;
    this.#bodyEnd = start.bodyEnd;
    this.#decoder = start.bodyEnd === 'chunked' ? new ChunkDecoder() : undefined;
    listener?.onHead(start);
    if (listener === this.#listener) this.#onBody(rest);
  }

  #onBody(bytes: Buffer): void {
    let used = bytes.length;
    let isComplete = false;
    if (this.#decoder) {
      used = this.#decoder.push(bytes, (data) => this.#deliver(data));
      isComplete = this.#decoder.isComplete;
    } else if (this.#bodyEnd === 'close') {
      this.#deliver(bytes);
    } else {
      const missing = this.#bodyEnd as number;
      used = Math.min(used, missing);
      this.#bodyEnd = missing - used;
      isComplete = this.#bodyEnd === 0;
      this.#deliver(used === bytes.length ? bytes : bytes.subarray(0, used));
    }
    // What comes after the end of a response belongs to nobody.
    if (isComplete && this.#listener) this.#finish(used === bytes.length);
  }

  #deliver(bytes: Uint8Array): void {
    if (bytes.length === 0 || !this.#listener) return;
    if (this.#listener.onData(Buffer.from(bytes)) || this.#isPaused || this.#socket.destroyed) return;
    this.#isPaused = true;
    this.#socket.pause();
  }

  #finish(isClean: boolean): void {
    const listener = this.#listener;
    const start = this.#start;
    this.#listener = undefined;
    this.#start = undefined;
    this.#decoder = undefined;
    if (isClean && start?.keepsAlive === true && this.#isBodySent && !this.#sawEnd) this.#becomeIdle(start.idleMs);
    else {
      this.#dropBody();
      this.#socket.destroy();
    }
    listener?.onComplete();
  }

  #becomeIdle(saidMs: number | undefined): void {
    const idleMs = saidMs === undefined ? DEFAULT_IDLE_MS : Math.min(saidMs - IDLE_MARGIN_MS, MOST_IDLE_MS);
    this.#call = undefined;
    this.resume();
    if (idleMs <= 0) {
      this.#socket.destroy();
      return;
    }
    this.usableUntilMs = this.#owner.clock.monotonicMs() + idleMs;
    this.#owner.onIdle(this);
  }

  #dropBody(): void {
    const body = this.#call?.body;
    this.#call = undefined;
    if (body !== undefined && !(body instanceof Uint8Array)) body.destroy();
  }

  #onClose(): void {
    this.#owner.onClosed(this);
    const listener = this.#listener;
    if (!listener) return;
    this.#listener = undefined;
    this.#dropBody();
    if (this.#start && this.#bodyEnd === 'close' && this.#sawEnd && !this.#error) listener.onComplete();
    else listener.onError(this.#error ?? new Error('the other side closed the connection'));
  }
}
