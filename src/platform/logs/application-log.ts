/** The segments of one application: gathers lines, writes them in batches, begins a new segment when one is full. */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogRecord } from '../../model/log.ts';
import type { Clock } from '../../support/clock.ts';
import { writeFailureReason } from '../store/write-failure.ts';
import { LineBatch, type Origin } from './line-batch.ts';
import { recordLine } from './record-line.ts';
import { openName, type Segment, sealedName } from './segment.ts';

export interface ApplicationLogOptions {
  readonly application: string;
  readonly folder: string;
  readonly clock: Clock;
  /** A segment that reaches this many bytes is sealed. */
  readonly segmentBytes: number;
  /** One that holds records older than this is sealed as well, so that it can go when its time has come. */
  readonly segmentAgeMs: number;
  readonly sealed: readonly StoredSegment[];
  /** After a segment was sealed. */
  readonly onSealed: () => void;
  /** Called once when records begin to be lost. */
  readonly onTrouble: (reason: string) => void;
}

export interface StoredSegment extends Segment {
  readonly file: string;
}

const FLUSH_AFTER_MS = 200;
const FLUSH_AT_BYTES = 64 * 1024;
/** What may wait for a slow disk; beyond it records are dropped and counted. */
const MOST_WAITING_BYTES = 8 * 1024 * 1024;

interface Loss {
  readonly count: number;
  readonly reason: string;
  /** Where the last of them came from. */
  readonly origin: Origin;
}

export class ApplicationLog {
  readonly #options: ApplicationLogOptions;
  #sealed: StoredSegment[];
  #open: { readonly segment: StoredSegment; readonly handle: FileHandle } | undefined;
  #nextSequence: number;
  #waiting: LineBatch | undefined;
  /** Of the batch that is being written. */
  #writingBytes = 0;
  #loss: Loss | undefined;
  #isInTrouble = false;
  #cancelTimer: (() => void) | undefined;
  #turn: Promise<void> = Promise.resolve();
  #queued: Promise<void> | undefined;

  constructor(options: ApplicationLogOptions) {
    this.#options = options;
    this.#sealed = [...options.sealed];
    this.#nextSequence = 1 + Math.max(0, ...options.sealed.map((segment) => segment.sequence));
  }

  get sealed(): readonly StoredSegment[] {
    return this.#sealed;
  }

  get openSegment(): StoredSegment | undefined {
    return this.#open?.segment;
  }

  append(record: LogRecord): void {
    this.#waiting ??= new LineBatch();
    const batch = this.#waiting;
    if (!batch.add(recordLine(record), record, MOST_WAITING_BYTES - this.#writingBytes)) {
      this.#lose({ count: 1, reason: 'they came faster than the disk took them', origin: record });
      return;
    }
    if (batch.bytes >= FLUSH_AT_BYTES) void this.flush();
    else
      this.#cancelTimer ??= this.#options.clock.after(FLUSH_AFTER_MS, () => void this.flush(), { isBackground: true });
  }

  /** Resolves when everything appended before is written, or lost and counted. Never rejects. */
  flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    // One that waits for its turn will take what is appended until then.
    this.#queued ??= this.#inTurn(() => {
      this.#queued = undefined;
      return this.#writeWaiting();
    });
    return this.#queued;
  }

  /** Seals what was begun too long ago. */
  tidy(): Promise<void> {
    return this.#inTurn(() => this.#sealIfDue());
  }

  remove({ sequence }: Segment): void {
    const removed = this.#sealed.find((segment) => segment.sequence === sequence);
    this.#sealed = this.#sealed.filter((segment) => segment !== removed);
    if (removed) rmSync(removed.file, { force: true });
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#inTurn(() => this.#seal());
  }

  /** One piece of work on the files at a time. What goes wrong is told and does not stop the next. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch((error: unknown) => this.#options.onTrouble(writeFailureReason(error)));
    return this.#turn;
  }

  async #writeWaiting(): Promise<void> {
    const batch = this.#waiting;
    if (!batch || batch.count === 0) return;
    this.#waiting = undefined;
    this.#writingBytes = batch.bytes;
    const loss = this.#loss;
    this.#loss = undefined;
    let untold = loss?.count ?? 0;
    try {
      if (loss) await this.#write(lossNote(loss, this.#options));
      untold = 0;
      await this.#write(batch);
      this.#isInTrouble = false;
    } catch (error) {
      this.#lose({ count: untold + batch.count, reason: writeFailureReason(error), origin: batch.origin });
    } finally {
      this.#writingBytes = 0;
    }
    await this.#sealIfDue();
  }

  /** All of the batch, or nothing of it. */
  async #write(batch: LineBatch): Promise<void> {
    const { segment, handle } = this.#open ?? (await this.#begin());
    const bytes = batch.content();
    try {
      for (let offset = 0; offset < bytes.length; ) {
        const written = await handle.write(bytes, offset, bytes.length - offset, segment.bytes + offset);
        offset += written.bytesWritten;
      }
    } catch (error) {
      // Shortening needs no space. If even that fails, the next batch is written over it from the same position.
      await handle.truncate(segment.bytes).catch(() => {});
      throw error;
    }
    const firstMs = Math.min(segment.firstMs, batch.firstMs);
    const lastMs = Math.max(segment.lastMs, batch.lastMs);
    this.#open = { segment: { ...segment, firstMs, lastMs, bytes: segment.bytes + bytes.length }, handle };
  }

  async #begin(): Promise<{ readonly segment: StoredSegment; readonly handle: FileHandle }> {
    const { application, folder } = this.#options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const sequence = this.#nextSequence;
    const file = join(folder, openName(sequence));
    const handle = await open(file, 'w', 0o600);
    this.#nextSequence += 1;
    const segment = { application, sequence, file, bytes: 0, firstMs: Number.POSITIVE_INFINITY, lastMs: 0 };
    this.#open = { segment, handle };
    return this.#open;
  }

  async #sealIfDue(): Promise<void> {
    const { clock, segmentBytes, segmentAgeMs } = this.#options;
    const segment = this.#open?.segment;
    if (!segment || segment.bytes === 0) return;
    if (segment.bytes < segmentBytes && segment.firstMs > clock.now() - segmentAgeMs) return;
    await this.#seal();
    this.#options.onSealed();
  }

  async #seal(): Promise<void> {
    if (!this.#open) return;
    const { segment, handle } = this.#open;
    this.#open = undefined;
    await handle.close().catch(() => {});
    if (segment.bytes === 0) {
      rmSync(segment.file, { force: true });
      return;
    }
    let file = segment.file;
    try {
      const sealed = join(this.#options.folder, sealedName(segment));
      renameSync(file, sealed);
      file = sealed;
    } finally {
      this.#sealed.push({ ...segment, file });
    }
  }

  #lose(loss: Loss): void {
    this.#loss = { ...loss, count: (this.#loss?.count ?? 0) + loss.count };
    if (!this.#isInTrouble) this.#options.onTrouble(loss.reason);
    this.#isInTrouble = true;
  }
}

/** Says in the log itself that it has a gap. */
function lossNote({ count, reason, origin }: Loss, { clock, application }: ApplicationLogOptions): LineBatch {
  const record: LogRecord = {
    kind: 'app',
    stream: 'platform',
    timeMs: clock.now(),
    application,
    module: origin.module,
    version: origin.version,
    level: 'warning',
    message: `${count} log ${count === 1 ? 'record was' : 'records were'} lost here: ${reason}`,
  };
  const batch = new LineBatch();
  batch.add(recordLine(record), record, Number.POSITIVE_INFINITY);
  return batch;
}
