/** Lines that wait for the disk, as the bytes they will be: nothing of a record outlives its line. */
import type { LogRecord } from '../../model/log.ts';

/** Where a record came from. */
export type Origin = Pick<LogRecord, 'module' | 'version'>;

/** A little more than what is written at once usually. */
const CHUNK_BYTES = 72 * 1024;
/** Bytes of UTF-8 for each UTF-16 unit, at most. */
const MOST_BYTES_A_UNIT = 3;

export class LineBatch {
  count = 0;
  bytes = 0;
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;
  /** Of the last record. */
  origin: Origin = { module: '', version: '' };
  readonly #full: Buffer[] = [];
  #chunk: Buffer | undefined;
  #used = 0;

  /** False, and nothing was added, when the batch would grow beyond `mostBytes`. */
  add(line: string, record: LogRecord, mostBytes: number): boolean {
    const chunk = this.#room(line.length * MOST_BYTES_A_UNIT);
    const bytes = chunk.write(line, this.#used);
    if (this.bytes + bytes > mostBytes) return false;
    this.#used += bytes;
    this.bytes += bytes;
    this.count += 1;
    const { timeMs, module, version } = record;
    if (timeMs < this.firstMs) this.firstMs = timeMs;
    if (timeMs > this.lastMs) this.lastMs = timeMs;
    if (this.origin.version !== version || this.origin.module !== module) this.origin = { module, version };
    return true;
  }

  content(): Buffer {
    const last = this.#chunk?.subarray(0, this.#used) ?? Buffer.alloc(0);
    return this.#full.length === 0 ? last : Buffer.concat([...this.#full, last]);
  }

  #room(bytes: number): Buffer {
    if (this.#chunk && this.#chunk.length - this.#used >= bytes) return this.#chunk;
    if (this.#chunk) this.#full.push(this.#chunk.subarray(0, this.#used));
    this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, bytes));
    this.#used = 0;
    return this.#chunk;
  }
}
