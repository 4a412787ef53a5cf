/** The log store on a local disk: append-only segments per application, bounded by size and age. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import type { LogQuery, LogRecord } from '../../model/log.ts';
import type { Clock } from '../../support/clock.ts';
import { createPace, type Pace } from '../store/pace.ts';
import { readNames } from '../store/read-names.ts';
import { writeFailure, writeFailureReason } from '../store/write-failure.ts';
import { ApplicationLog, type StoredSegment } from './application-log.ts';
import { LatestRecords } from './latest-records.ts';
import type { LogStore } from './log-store.ts';
import { isInTime, matches, needlesOf } from './record-filter.ts';
import { parseLine, timeOfLine } from './record-line.ts';
import { recoverSegments } from './recover-segments.ts';
import { surplusSegments } from './retention.ts';
import { applicationFolder, applicationOfFolder, type Segment } from './segment.ts';
import { visitFile } from './segment-scan.ts';

export interface LogStoreOptions {
  readonly directory: string;
  readonly clock: Clock;
  /** Of all applications together; default 256 MiB. What is being written, one segment an application, comes on top. */
  readonly maxBytes?: number;
  /** Default 7 days. */
  readonly maxAgeMs?: number;
  /** Default 4 MiB. */
  readonly segmentBytes?: number;
  /** Told once when records begin to be lost, because the disk is full for example. */
  readonly onTrouble?: (reason: string) => void;
}

const MEBIBYTE = 1024 * 1024;
const DAY_MS = 24 * 60 * 60_000;
const TIDY_EVERY_MS = 60 * 60_000;

/**
 * The caller owns `directory` (single-owner.ts).
 * @throws AppcfgError `store.write-failed`
 */
export async function createLogStore(options: LogStoreOptions): Promise<LogStore> {
  const store = new SegmentLogStore(options);
  try {
    await store.open();
  } catch (error) {
    throw writeFailure(options.directory, error);
  }
  return store;
}

interface Follower {
  readonly query: LogQuery;
  readonly onRecord: (record: LogRecord) => void;
}

class SegmentLogStore implements LogStore {
  readonly #options: Required<LogStoreOptions>;
  readonly #applications = new Map<string, ApplicationLog>();
  readonly #followers = new Set<Follower>();
  #cancelTidy = () => {};
  #isClosed = false;

  constructor(options: LogStoreOptions) {
    this.#options = {
      maxBytes: 256 * MEBIBYTE,
      maxAgeMs: 7 * DAY_MS,
      segmentBytes: 4 * MEBIBYTE,
      onTrouble: () => {},
      ...options,
    };
  }

  async open(): Promise<void> {
    const { directory, clock } = this.#options;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const pace = createPace(clock);
    for (const name of readNames(directory)) {
      const application = applicationOfFolder(name);
      if (application === undefined) continue;
      const segments = await recoverSegments(join(directory, name), application, pace);
      this.#applications.set(application, this.#createLog(application, segments));
    }
    this.#enforceLimits();
    this.#scheduleTidy();
  }

  append(record: LogRecord): void {
    if (this.#isClosed) return;
    try {
      this.#logOf(record.application).append(record);
    } catch (error) {
      // Nothing an application logs may break what logs it.
      this.#options.onTrouble(messageOf(error));
    }
    for (const follower of this.#followers) this.#tell(follower, record);
  }

  async query(query: LogQuery): Promise<readonly LogRecord[]> {
    const log = this.#applications.get(query.application);
    if (!log) return [];
    await log.flush();
    const latest = new LatestRecords(query.limit);
    const pace = createPace(this.#options.clock);
    const segments = [...log.sealed, ...(log.openSegment ? [log.openSegment] : [])];
    for (const segment of segments.reverse()) {
      latest.settle();
      if (mayHold(segment, query, latest.earliestNeededMs)) await searchSegment(log, segment, query, { latest, pace });
    }
    return latest.result();
  }

  async *newestFirst(query: LogQuery): AsyncIterable<readonly LogRecord[]> {
    const log = this.#applications.get(query.application);
    if (!log) return;
    await log.flush();
    const pace = createPace(this.#options.clock);
    const segments = [...log.sealed, ...(log.openSegment ? [log.openSegment] : [])];
    for (const segment of segments.reverse()) {
      if (!mayHold(segment, query, Number.NEGATIVE_INFINITY)) continue;
      const found = new LatestRecords();
      await searchSegment(log, segment, query, { latest: found, pace });
      yield found.inOrderOfWriting();
    }
  }

  follow(query: LogQuery, onRecord: (record: LogRecord) => void): () => void {
    const follower = { query, onRecord };
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#applications.values()].map((log) => log.flush()));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTidy();
    this.#followers.clear();
    await Promise.all([...this.#applications.values()].map((log) => log.close()));
  }

  #logOf(application: string): ApplicationLog {
    const known = this.#applications.get(application);
    if (known) return known;
    const created = this.#createLog(application, []);
    this.#applications.set(application, created);
    return created;
  }

  #createLog(application: string, sealed: readonly StoredSegment[]): ApplicationLog {
    const { directory, clock, segmentBytes, maxBytes, maxAgeMs, onTrouble } = this.#options;
    return new ApplicationLog({
      application,
      folder: applicationFolder(directory, application),
      clock,
      // Small enough that dropping the oldest one is a small part of everything.
      segmentBytes: Math.min(segmentBytes, maxBytes / 8),
      segmentAgeMs: maxAgeMs / 8,
      sealed,
      onSealed: () => this.#enforceLimits(),
      onTrouble,
    });
  }

  #enforceLimits(): void {
    const { maxBytes, maxAgeMs, clock } = this.#options;
    const logs = [...this.#applications.values()];
    const sealed = logs.flatMap((log) => log.sealed);
    const open = logs.flatMap((log) => log.openSegment ?? []);
    for (const segment of surplusSegments(sealed, open, { maxBytes, maxAgeMs, nowMs: clock.now() })) {
      this.#applications.get(segment.application)?.remove(segment);
    }
  }

  /** For applications that write nothing any more. */
  #scheduleTidy(): void {
    const { clock, onTrouble } = this.#options;
    const tidy = async () => {
      for (const log of this.#applications.values()) await log.tidy();
      this.#enforceLimits();
    };
    const again = () => {
      if (!this.#isClosed) this.#scheduleTidy();
    };
    const run = () =>
      void tidy()
        .catch((error: unknown) => onTrouble(writeFailureReason(error)))
        .then(again);
    this.#cancelTidy = clock.after(TIDY_EVERY_MS, run, { isBackground: true });
  }

  #tell({ query, onRecord }: Follower, record: LogRecord): void {
    try {
      if (matches(record, query)) onRecord(record);
    } catch {
      // A follower whose reader is gone must not hurt the one that logs.
    }
  }
}

function mayHold(segment: Segment, query: LogQuery, earliestNeededMs: number): boolean {
  const { sinceMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY } = query;
  return segment.lastMs >= Math.max(sinceMs, earliestNeededMs) && segment.firstMs < untilMs;
}

interface Search {
  readonly latest: LatestRecords;
  readonly pace: Pace;
}

async function searchSegment(
  log: ApplicationLog,
  segment: StoredSegment,
  query: LogQuery,
  { latest, pace }: Search,
): Promise<void> {
  const needles = needlesOf(query);
  const visit = (line: string, index: number) => {
    const timeMs = timeOfLine(line);
    if (timeMs < latest.earliestNeededMs || !isInTime(timeMs, query)) return;
    for (const needle of needles) if (!line.includes(needle)) return;
    const record = parseLine(line);
    if (record && matches(record, query)) latest.add(record, segment.sequence * 2 ** 24 + index);
  };
  if (await visitFile(segment.file, pace, visit)) return;
  // Sealed, which renames it, since the search began; or deleted, and then there is nothing to find.
  const renamed = log.sealed.find((other) => other.sequence === segment.sequence);
  if (renamed) await visitFile(renamed.file, pace, visit);
}
