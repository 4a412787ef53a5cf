/** The body of a client's request of known length, as it comes over the client's connection. */
import { Readable } from 'node:stream';
import { BodyTooLargeError } from '../exchange.ts';

/** What a body asks of the connection it comes over. */
export interface BodySource {
  pause(): void;
  resume(): void;
}

/** Bytes that are kept for a reader that has not come yet. */
const MOST_EARLY_BYTES = 64 * 1024;

export class IncomingBody {
  readonly #source: BodySource;
  readonly #length: number;
  #missing: number;
  #early: Buffer[] = [];
  #earlyBytes = 0;
  #reader: BodyReader | undefined;
  #isDropped = false;
  /** Part of it was given to a reader. */
  isTouched = false;

  constructor(length: number, source: BodySource) {
    this.#length = length;
    this.#missing = length;
    this.#source = source;
  }

  get isComplete(): boolean {
    return this.#missing === 0;
  }

  /** @returns what comes after the body */
  push(bytes: Buffer): Buffer {
    const own = bytes.length > this.#missing ? bytes.subarray(0, this.#missing) : bytes;
    this.#missing -= own.length;
    if (this.#reader) this.#give(this.#reader, own);
    else if (!this.#isDropped) this.#keep(own);
    return bytes.subarray(own.length);
  }

  open(limit: number): Readable {
    if (this.#length > limit) {
      const refused = new BodyReader(() => {}, ignore);
      refused.destroy(new BodyTooLargeError());
      return refused;
    }
    const reader: BodyReader = new BodyReader(
      () => this.#onWanted(reader),
      () => this.#onClosed(reader),
    );
    return reader;
  }

  /** What still comes is nobody's. */
  drop(): void {
    this.#isDropped = true;
    this.#early = [];
    this.#source.resume();
  }

  /** The client went away. */
  fail(error: Error): void {
    if (!this.isComplete) this.#reader?.destroy(error);
  }

  #keep(bytes: Buffer): void {
    this.#early.push(bytes);
    this.#earlyBytes += bytes.length;
    if (this.#earlyBytes > MOST_EARLY_BYTES) this.#source.pause();
  }

  #onWanted(reader: BodyReader): void {
    this.#reader = reader;
    this.isTouched = true;
    const early = this.#early;
    this.#early = [];
    this.#earlyBytes = 0;
    // A reader that is full takes more all the same: it has at most what was kept.
    for (const bytes of early) reader.push(bytes);
    if (this.isComplete) this.#end(reader);
    this.#source.resume();
  }

  #give(reader: BodyReader, bytes: Buffer): void {
    if (bytes.length > 0 && !reader.push(bytes)) this.#source.pause();
    if (this.isComplete) this.#end(reader);
  }

  #end(reader: BodyReader): void {
    if (reader.isEnded) return;
    reader.isEnded = true;
    reader.push(null);
  }

  /** The rest is read and dropped, so that the client gets its answer. */
  #onClosed(reader: BodyReader): void {
    if (this.#reader !== reader) return;
    this.#reader = undefined;
    this.drop();
  }
}

class BodyReader extends Readable {
  isEnded = false;
  readonly #onWanted: () => void;
  readonly #onClosed: () => void;

  constructor(onWanted: () => void, onClosed: () => void) {
    super({ highWaterMark: 64 * 1024 });
    this.#onWanted = onWanted;
    this.#onClosed = onClosed;
  }

  override _read(): void {
    if (!this.isEnded) this.#onWanted();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#onClosed();
    callback(error);
  }
}

function ignore(): void {}
