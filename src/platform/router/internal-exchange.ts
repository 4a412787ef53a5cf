/** An exchange without a connection: the platform's own requests. */
import type { Exchange, ExchangeListener } from './exchange.ts';
import type { InternalMarks, InternalRequest } from './internal-request.ts';
import { sourceAddress } from './internal-request.ts';

/** Tasks, cron jobs and fetches are known to applications by this name. */
const USER_AGENT = 'AppEngine-Google; (+http://code.google.com/appengine)';
/** Framing is decided when the request is sent. */
const decidedLater = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'expect', 'upgrade']);

export interface CollectedResponse {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly isTruncated: boolean;
}

export class InternalExchange implements Exchange {
  readonly method: string;
  readonly target: string;
  readonly httpVersion = '1.1';
  readonly rawHeaders: readonly string[];
  readonly peerAddress: string;
  readonly isEncrypted = false;
  readonly internal: InternalMarks;
  readonly upgrade = undefined;
  readonly bodyLength: number;
  readonly isBodyTouched = false;
  readonly isBodyComplete = true;
  listener: ExchangeListener | undefined;
  isHeadSent = false;
  readonly #body: Uint8Array;
  readonly #keepBytes: number;
  readonly #onEnd: (response: CollectedResponse | undefined) => void;
  readonly #chunks: Uint8Array[] = [];
  #kept = 0;
  #isTruncated = false;
  #isOver = false;
  #status = 0;
  #headers: readonly string[] = [];

  /** @param onEnd once; undefined when the response broke off */
  constructor(request: InternalRequest, onEnd: (response: CollectedResponse | undefined) => void) {
    this.method = request.method;
    this.target = request.path;
    this.internal = request;
    this.peerAddress = sourceAddress(request.kind);
    this.rawHeaders = headersOf(request);
    this.#body = request.body ?? new Uint8Array();
    this.bodyLength = this.#body.length;
    this.#keepBytes = request.keepBodyBytes ?? 0;
    this.#onEnd = onEnd;
  }

  openBody(): Uint8Array {
    return this.#body;
  }

  sendHead(status: number, _statusText: string, headers: readonly string[]): void {
    this.#status = status;
    this.#headers = headers;
    this.isHeadSent = true;
  }

  write(piece: Uint8Array | string): boolean {
    const chunk = typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece;
    const room = this.#keepBytes - this.#kept;
    if (chunk.length > room) this.#isTruncated = true;
    if (room > 0) {
      const part = chunk.subarray(0, room);
      this.#chunks.push(part);
      this.#kept += part.length;
    }
    return true;
  }

  flush(): void {}

  end(chunk?: Uint8Array): void {
    if (chunk) this.write(chunk);
    this.#finish({
      status: this.#status,
      headers: this.#headers,
      body: Buffer.concat(this.#chunks),
      isTruncated: this.#isTruncated,
    });
  }

  cut(): void {
    this.#finish(undefined);
  }

  /** The sender does not want the answer any more. */
  abandon(): void {
    this.listener?.clientGone();
    this.#finish(undefined);
  }

  #finish(response: CollectedResponse | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onEnd(response);
  }
}

function headersOf(request: InternalRequest): readonly string[] {
  const headers: string[] = [];
  let hasAgent = false;
  for (const [name, value] of request.headers ?? []) {
    const key = name.toLowerCase();
    if (decidedLater.has(key)) continue;
    if (key === 'user-agent') hasAgent = true;
    headers.push(name, value);
  }
  if (!hasAgent) headers.push('User-Agent', USER_AGENT);
  return headers;
}
