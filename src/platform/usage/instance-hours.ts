/** Counts instance hours by App Engine's rules; exact, and carried over restarts of the platform. */
import { instanceClass } from '../../model/instance-class.ts';
import type { Clock } from '../../support/clock.ts';
import type { Deployment } from '../deployment.ts';
import type { InstanceMeter, RunMeter } from '../serving/instance-meter.ts';
import type { SqlRow, StateStore } from '../store/state-store.ts';
import { type BilledRun, billedTimes, billedUntil, hasExcessIdle, TAIL_MS, untilAfterEnd } from './billed-runs.ts';
import type { DailyUsage, UsageSource } from './daily-usage.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type CountedRun = Mutable<BilledRun>;

/** The instances of a version, running and on their tail, counted up to the same moment. */
interface VersionRuns {
  readonly application: string;
  readonly module: string;
  readonly version: string;
  runs: CountedRun[];
  settledMs: number;
}

export class InstanceHours implements InstanceMeter, UsageSource {
  readonly #store: StateStore;
  readonly #clock: Clock;
  readonly #daily: DailyUsage;
  readonly #versions = new Map<string, VersionRuns>();

  constructor(store: StateStore, clock: Clock, daily: DailyUsage) {
    this.#store = store;
    this.#clock = clock;
    this.#daily = daily;
    this.#restore();
    daily.addSource(this);
  }

  /** As long as something runs or has its tail. */
  get isCounting(): boolean {
    return this.#versions.size > 0;
  }

  begin(deployment: Deployment, instance: string): RunMeter {
    const version = this.#versionOf(deployment);
    this.#settle(version);
    const run: CountedRun = {
      ...factsOf(deployment),
      slot: instance,
      isBusy: false,
      lastWorkMs: this.#nowMs(),
      untilMs: undefined,
    };
    version.runs.push(run);
    this.#daily.writeSoon();
    return {
      busy: () => this.#busy(version, run),
      idle: () => this.#idle(version, run),
      ended: (wasUp) => this.#ended(version, run, wasUp),
    };
  }

  /** Part of every writing of the day's amounts: what is counted and up to when is durable together. */
  settle(): void {
    for (const [key, version] of this.#versions) {
      this.#settle(version);
      if (version.runs.length === 0) this.#versions.delete(key);
    }
  }

  save(): void {
    this.#store.run('DELETE FROM billed_runs');
    const offsetMs = this.#offsetMs();
    const nowMs = this.#nowMs();
    for (const { application, module, version, runs } of this.#versions.values()) {
      for (const run of runs) {
        // As if it ended now: that is all that the next platform can know.
        const untilMs = run.untilMs ?? untilAfterEnd(run, nowMs, true);
        this.#store.run(
          `INSERT INTO billed_runs (application, module, version, slot, class, scaling, max_idle, settled_at, until)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          ...[application, module, version, run.slot, run.instanceClass, run.scaling],
          ...[Math.min(run.maxIdle, Number.MAX_SAFE_INTEGER), nowMs + offsetMs, untilMs + offsetMs],
        );
      }
    }
  }

  /** Comes with every request that finds its instance idle, so nothing is made here as long as the bill goes on. */
  #busy(version: VersionRuns, run: CountedRun): void {
    if (run.scaling !== 'manual') {
      const nowMs = this.#nowMs();
      if (billedUntil(run) <= nowMs || (isCapped(run) && hasExcessIdle(version.runs, nowMs))) this.#settle(version);
    }
    run.isBusy = true;
  }

  #idle(version: VersionRuns, run: CountedRun): void {
    if (run.untilMs !== undefined) return;
    const nowMs = this.#nowMs();
    // What is billed from now on may be less than until now.
    if (isCapped(run)) this.#settle(version);
    run.isBusy = false;
    run.lastWorkMs = nowMs;
  }

  #ended(version: VersionRuns, run: CountedRun, wasUp: boolean): void {
    this.#settle(version);
    run.untilMs = untilAfterEnd(run, this.#nowMs(), wasUp);
    run.lastWorkMs = run.isBusy ? this.#nowMs() : run.lastWorkMs;
    run.isBusy = false;
  }

  #settle(version: VersionRuns): void {
    const nowMs = this.#nowMs();
    const offsetMs = this.#offsetMs();
    billedTimes(version.runs, version.settledMs, nowMs, (run, fromMs, toMs) => {
      const name = `instance-ms:${version.module}:${run.instanceClass}` as const;
      this.#daily.addTime(version.application, name, fromMs + offsetMs, toMs + offsetMs);
    });
    version.settledMs = nowMs;
    version.runs = version.runs.filter((run) => run.untilMs === undefined || run.untilMs > nowMs);
  }

  #versionOf({ application, module, version }: Pick<Deployment, 'application' | 'module' | 'version'>): VersionRuns {
    const key = `${application} ${module} ${version}`;
    const known = this.#versions.get(key);
    if (known) return known;
    const created = { application, module, version, runs: [], settledMs: this.#nowMs() };
    this.#versions.set(key, created);
    return created;
  }

  /** What a former platform left: its instances ended with it, their tails go on. */
  #restore(): void {
    for (const row of this.#store.all('SELECT * FROM billed_runs ORDER BY rowid')) {
      const [application, module] = [String(row.application), String(row.module)];
      const version = this.#versionOf({ application, module, version: String(row.version) });
      const settledMs = Number(row.settled_at) - this.#offsetMs();
      // A clock that was set back meanwhile adds nothing.
      const aheadMs = Math.max(0, settledMs - this.#nowMs());
      version.settledMs = settledMs - aheadMs;
      version.runs.push(restored(row, Number(row.until) - this.#offsetMs() - aheadMs));
    }
  }

  /** Whole milliseconds, so that sums are exact. */
  #nowMs(): number {
    return Math.round(this.#clock.monotonicMs());
  }

  /** From monotonic to wall time. */
  #offsetMs(): number {
    return Math.round(this.#clock.now()) - this.#nowMs();
  }
}

/** Whether idle instances of its version may go unbilled. */
function isCapped({ scaling, maxIdle }: BilledRun): boolean {
  return scaling === 'automatic' && maxIdle !== Number.MAX_SAFE_INTEGER;
}

function factsOf({ spec }: Deployment): Pick<BilledRun, 'instanceClass' | 'scaling' | 'maxIdle'> {
  const { scaling } = spec;
  const maxIdle = scaling.type === 'automatic' ? (scaling.maxIdleInstances ?? Number.MAX_SAFE_INTEGER) : 0;
  // The flexible environment has machines, not classes.
  const isFlexible = spec.environment === 'flexible';
  const name = isFlexible ? 'flexible' : (instanceClass(spec.instanceClass)?.name ?? spec.instanceClass);
  return { instanceClass: name, scaling: scaling.type, maxIdle };
}

function restored(row: SqlRow, untilMs: number): CountedRun {
  return {
    slot: String(row.slot),
    instanceClass: String(row.class),
    scaling: String(row.scaling) as BilledRun['scaling'],
    maxIdle: Number(row.max_idle),
    isBusy: false,
    lastWorkMs: untilMs - TAIL_MS,
    untilMs,
  };
}
