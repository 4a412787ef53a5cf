/** What the bundled APIs may do with the instance whose code calls them. */
import type { UsagePoint } from '../../model/instance-history.ts';
import type { Clock } from '../../support/clock.ts';
import type { InstancePhase } from './instance-machine.ts';
import type { InstanceRequests, RequestTarget } from './instance-requests.ts';
import type { ResourceUsage } from './resource-watch.ts';
import { UsageHistory, type UsageStatistics } from './usage-history.ts';

export interface RunningInstance {
  /** Background requests that run now; they don't count as requests in flight (S3 "Background threads"). */
  readonly backgroundRequests: number;
  /** Sends GET /_ah/background with this id. False when the instance takes nothing new. */
  startBackground(backgroundId: string): boolean;
  statistics(): UsageStatistics;
  /** In order of time. */
  history(): readonly UsagePoint[];
}

interface InsideParts {
  readonly requests: InstanceRequests;
  readonly target: () => RequestTarget;
  readonly phase: () => InstancePhase;
  /** Takes a reading, which comes through `addUsage`. */
  readonly measure: () => void;
  readonly onBackgroundEnd: () => void;
}

/** A reading as young as this is as good as a new one. */
const FRESH_MS = 500;

export class InstanceInside implements RunningInstance {
  readonly #clock: Clock;
  readonly #parts: InsideParts;
  readonly #history = new UsageHistory();
  #usage: ResourceUsage | undefined;
  #backgroundRequests = 0;

  constructor(clock: Clock, parts: InsideParts) {
    this.#clock = clock;
    this.#parts = parts;
  }

  get backgroundRequests(): number {
    return this.#backgroundRequests;
  }

  startBackground(backgroundId: string): boolean {
    const { tag } = this.#parts.phase();
    if (tag !== 'starting' && tag !== 'ready' && tag !== 'unready') return false;
    this.#backgroundRequests += 1;
    void this.#parts.requests.background(this.#parts.target(), backgroundId).then(() => {
      this.#backgroundRequests -= 1;
      this.#parts.onBackgroundEnd();
    });
    return true;
  }

  /** The last reading. */
  get usage(): ResourceUsage | undefined {
    return this.#usage;
  }

  addUsage(usage: ResourceUsage): void {
    this.#usage = usage;
    this.#history.add(this.#clock.monotonicMs(), usage);
  }

  statistics(): UsageStatistics {
    const { lastReadMs } = this.#history;
    if (lastReadMs === undefined || this.#clock.monotonicMs() - lastReadMs > FRESH_MS) this.#parts.measure();
    return this.#history.statistics();
  }

  history(): readonly UsagePoint[] {
    const offsetMs = this.#clock.now() - this.#clock.monotonicMs();
    return this.#history.points().map(({ atMs, ...usage }) => ({ timeMs: Math.round(atMs + offsetMs), ...usage }));
  }
}
