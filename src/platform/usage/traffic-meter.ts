/** Rates and latencies by version, from the request log: counted only while somebody looks. */
import type { LogRecord } from '../../model/log.ts';
import { RECENT_TRAFFIC_MS, type RecentTraffic, type VersionTraffic } from '../../model/recent-traffic.ts';
import type { Clock } from '../../support/clock.ts';
import type { LogStore } from '../logs/log-store.ts';
import { TrafficWindow } from './traffic-window.ts';

interface Watched {
  /** `module version` -> its window. */
  readonly windows: Map<string, TrafficWindow>;
  stop: () => void;
  cancelEnd: () => void;
}

/** Who looks does so every second or two. */
const UNWATCHED_MS = 60_000;
/** The most that is read of the past when somebody begins to look. */
const MOST_PAST_RECORDS = 20_000;

export class TrafficMeter {
  readonly #logs: Pick<LogStore, 'query' | 'follow'>;
  readonly #clock: Clock;
  readonly #watched = new Map<string, Promise<Watched>>();
  #isClosed = false;

  constructor(logs: Pick<LogStore, 'query' | 'follow'>, clock: Clock) {
    this.#logs = logs;
    this.#clock = clock;
  }

  async recent(application: string, windowMs: number): Promise<RecentTraffic> {
    const { windows } = await this.#watch(application);
    const nowMs = this.#clock.now();
    const bounded = Math.min(RECENT_TRAFFIC_MS, Math.max(1000, windowMs));
    const versions = [...windows].flatMap(([key, window]): VersionTraffic[] => {
      const [module = '', version = ''] = key.split(' ');
      const { requests, errors, latencies } = window.total(nowMs, bounded);
      const p50 = latencies.percentileMs(0.5);
      const p95 = latencies.percentileMs(0.95);
      if (requests === 0 || p50 === undefined || p95 === undefined) return [];
      const requestsPerSecond = (requests * 1000) / bounded;
      return [{ module, version, requests, errors, requestsPerSecond, latencyP50Ms: p50, latencyP95Ms: p95 }];
    });
    return { windowMs: bounded, versions };
  }

  close(): void {
    this.#isClosed = true;
    for (const application of [...this.#watched.keys()]) this.#end(application);
  }

  async #watch(application: string): Promise<Watched> {
    const begun = this.#watched.get(application) ?? this.#begin(application);
    this.#watched.set(application, begun);
    const watched = await begun;
    watched.cancelEnd();
    if (!this.#isClosed) {
      watched.cancelEnd = this.#clock.after(UNWATCHED_MS, () => this.#end(application), { isBackground: true });
    }
    return watched;
  }

  async #begin(application: string): Promise<Watched> {
    const windows = new Map<string, TrafficWindow>();
    const watched: Watched = { windows, stop: () => {}, cancelEnd: () => {} };
    try {
      const sinceMs = this.#clock.now() - RECENT_TRAFFIC_MS;
      const query = { application, kind: 'request', sinceMs, limit: MOST_PAST_RECORDS } as const;
      for (const record of await this.#logs.query(query)) count(windows, record);
    } catch (error) {
      this.#watched.delete(application);
      throw error;
    }
    if (this.#isClosed) return watched;
    watched.stop = this.#logs.follow({ application, kind: 'request' }, (record) =>
      count(windows, record, this.#clock.now()),
    );
    return watched;
  }

  #end(application: string): void {
    const watched = this.#watched.get(application);
    this.#watched.delete(application);
    void watched?.then(
      ({ stop, cancelEnd }) => {
        stop();
        cancelEnd();
      },
      () => {},
    );
  }
}

function count(windows: Map<string, TrafficWindow>, record: LogRecord, endedAtMs?: number): void {
  if (record.kind !== 'request' || record.flush) return;
  const key = `${record.module} ${record.version}`;
  const window = windows.get(key) ?? new TrafficWindow();
  windows.set(key, window);
  window.add(endedAtMs ?? record.timeMs + record.latencyMs, record.latencyMs, record.status >= 500);
}
