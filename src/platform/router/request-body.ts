/** The body of a client's request for one attempt, with backpressure, counted, and never read before it is wanted. */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { BodyTooLargeError } from './exchange.ts';

export interface RequestBodyOptions {
  /** Bytes. */
  readonly limit: number;
  /** Before the first read: the client may wait for `100 Continue`. */
  readonly onFirstRead: () => void;
}

export class RequestBody extends Readable {
  readonly #request: IncomingMessage;
  readonly #options: RequestBodyOptions;
  #received = 0;
  #isOpen = false;

  constructor(request: IncomingMessage, options: RequestBodyOptions) {
    super({ highWaterMark: 64 * 1024 });
    this.#request = request;
    this.#options = options;
  }

  override _read(): void {
    if (!this.#isOpen) this.#open();
    this.#request.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (this.#isOpen) {
      this.#request.off('data', this.#onData);
      this.#request.off('end', this.#onEnd);
      this.#request.off('close', this.#onClose);
      // What still comes is read and dropped, so that the client gets its answer.
      if (!this.#request.complete) this.#request.resume();
    }
    callback(error);
  }

  #open(): void {
    this.#isOpen = true;
    this.#options.onFirstRead();
    this.#request.on('data', this.#onData);
    this.#request.on('end', this.#onEnd);
    this.#request.on('close', this.#onClose);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#received += chunk.length;
    if (this.#received > this.#options.limit) {
      this.destroy(new BodyTooLargeError());
      return;
    }
    if (!this.push(chunk)) this.#request.pause();
  };

  readonly #onEnd = (): void => {
    this.push(null);
  };

  readonly #onClose = (): void => {
    if (!this.#request.complete) this.destroy(new Error('The client went away.'));
  };
}
