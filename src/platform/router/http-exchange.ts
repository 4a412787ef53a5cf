/** An exchange over a client's connection. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../support/clock.ts';
import type { Exchange, ExchangeListener, UpgradeSocket } from './exchange.ts';
import { plainAddress } from './host-name.ts';
import { RequestBody } from './request-body.ts';

/** How long a client may take nothing of a response that waits for it: it holds an instance meanwhile. */
const STALL_MS = 120_000;
/** How long a client that was refused may go on sending before its connection is cut. */
const LINGER_MS = 5000;

export interface HttpExchangeParts {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly clock: Clock;
  readonly expectsContinue?: boolean;
  readonly upgrade?: UpgradeSocket;
}

export class HttpExchange implements Exchange {
  readonly internal = undefined;
  readonly bodyLength = undefined;
  readonly upgrade: UpgradeSocket | undefined;
  listener: ExchangeListener | undefined;
  isBodyTouched = false;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #expectsContinue: boolean;
  #awaitsDrain = false;

  constructor({ request, response, clock, expectsContinue = false, upgrade }: HttpExchangeParts) {
    this.#request = request;
    this.#response = response;
    this.#clock = clock;
    this.#expectsContinue = expectsContinue;
    this.upgrade = upgrade;
    response.on('error', ignore);
    response.on('close', () => {
      if (!response.writableFinished) this.listener?.clientGone();
    });
  }

  get method(): string {
    return this.#request.method ?? 'GET';
  }

  get target(): string {
    return this.#request.url ?? '/';
  }

  get httpVersion(): string {
    return this.#request.httpVersion;
  }

  get rawHeaders(): readonly string[] {
    return this.#request.rawHeaders;
  }

  get peerAddress(): string {
    return plainAddress(this.#request.socket.remoteAddress);
  }

  get isEncrypted(): boolean {
    return (this.#request.socket as Partial<TLSSocket>).encrypted === true;
  }

  get isBodyComplete(): boolean {
    return this.#request.complete;
  }

  get isHeadSent(): boolean {
    return this.#response.headersSent;
  }

  openBody(limit: number): RequestBody {
    return new RequestBody(this.#request, {
      limit,
      onFirstRead: () => {
        if (!this.isBodyTouched && this.#expectsContinue && !this.#response.headersSent) this.#response.writeContinue();
        this.isBodyTouched = true;
      },
    });
  }

  sendHead(status: number, statusText: string, headers: readonly string[]): void {
    // Node takes names and values alternating and sends them as they are.
    if (statusText === '') this.#response.writeHead(status, headers as string[]);
    else this.#response.writeHead(status, statusText, headers as string[]);
  }

  write(chunk: Uint8Array | string): boolean {
    const isTaken = this.#response.write(chunk, 'latin1');
    if (!isTaken && !this.#awaitsDrain) {
      this.#awaitsDrain = true;
      const cancel = this.#clock.after(STALL_MS, () => this.cut(), { isBackground: true });
      this.#response.once('close', cancel);
      this.#response.once('drain', () => {
        cancel();
        this.#response.off('close', cancel);
        this.#awaitsDrain = false;
        this.listener?.clientDrained();
      });
    }
    return isTaken;
  }

  /** Nothing waits here. */
  flush(): void {}

  end(chunk?: Uint8Array): void {
    if (chunk) this.#response.end(chunk);
    else this.#response.end();
    if (!this.#request.complete) this.#lingerThenCut();
  }

  cut(): void {
    this.#response.destroy();
  }

  /** The rest of an unread body is dropped as it comes; a client that goes on for long is cut off. */
  #lingerThenCut(): void {
    const cancel = this.#clock.after(LINGER_MS, () => this.#request.destroy(), { isBackground: true });
    this.#request.once('end', cancel);
    this.#request.once('close', cancel);
  }
}

/** Writing to a client that just went away is no failure: `close` tells. */
function ignore(): void {}
