/** Which of a version's instances are billed at what time (S3 "Instance classes"; App Engine docs for idle instances). Pure. */
import type { ScalingType } from '../../model/scaling.ts';

/** Billing goes on for 15 minutes after an instance was shut down, or had its last request (S3). */
export const TAIL_MS = 15 * 60_000;

export interface BilledRun {
  /** Instance id: what runs in its place later is the same instance, and never billed beside it. */
  readonly slot: string;
  readonly instanceClass: string;
  readonly scaling: ScalingType;
  /** Automatic scaling: idle instances beyond this number are not billed. */
  readonly maxIdle: number;
  readonly isBusy: boolean;
  /** End of its last request, or its start while it had none. Monotonic, as all times here. */
  readonly lastWorkMs: number;
  /** Of one that has ended: when its bill ends. */
  readonly untilMs: number | undefined;
}

/** When its bill ends unless something happens. */
export function billedUntil({ scaling, isBusy, lastWorkMs, untilMs }: BilledRun): number {
  if (untilMs !== undefined) return untilMs;
  if (scaling === 'manual' || isBusy) return Number.POSITIVE_INFINITY;
  return lastWorkMs + TAIL_MS;
}

/** When the bill of one that ends now ends. One that never accepted a connection is billed for its time only. */
export function untilAfterEnd(run: BilledRun, nowMs: number, wasUp: boolean): number {
  if (!wasUp) return nowMs;
  return run.scaling === 'manual' || run.isBusy ? nowMs + TAIL_MS : run.lastWorkMs + TAIL_MS;
}

/**
 * Every stretch of `fromMs` to `toMs` for which a run is billed, given that none began, ended or changed within.
 * @param runs of one version, in order of their start
 */
export function billedTimes(
  runs: readonly BilledRun[],
  fromMs: number,
  toMs: number,
  add: (run: BilledRun, fromMs: number, toMs: number) => void,
): void {
  let time = fromMs;
  while (time < toMs) {
    const open = runs.filter((run) => billedUntil(run) > time);
    if (open.length === 0) return;
    const end = Math.min(toMs, ...open.map(billedUntil));
    for (const run of withoutExcess(newestOfSlots(open))) add(run, time, end);
    time = end;
  }
}

/** Whether there are more idle instances than are billed: then one that becomes busy or idle changes the bill of others. */
export function hasExcessIdle(runs: readonly BilledRun[], nowMs: number): boolean {
  let idle = 0;
  let most = Number.POSITIVE_INFINITY;
  for (const run of runs) {
    if (run.scaling !== 'automatic' || run.isBusy || billedUntil(run) <= nowMs) continue;
    idle += 1;
    most = Math.min(most, run.maxIdle);
  }
  return idle > most;
}

/** While a version is deployed anew, the former instance and the new one run side by side. */
function newestOfSlots(runs: readonly BilledRun[]): readonly BilledRun[] {
  const newest = new Map<string, BilledRun>();
  for (const run of runs) newest.set(run.slot, run);
  return [...newest.values()];
}

/** Of the idle ones those that worked last are kept. */
function withoutExcess(runs: readonly BilledRun[]): readonly BilledRun[] {
  const isIdle = (run: BilledRun) => run.scaling === 'automatic' && !run.isBusy;
  const idle = runs.filter(isIdle).sort((a, b) => b.lastWorkMs - a.lastWorkMs);
  const excess = new Set(idle.filter(({ maxIdle }, index) => index >= maxIdle));
  return excess.size === 0 ? runs : runs.filter((run) => !excess.has(run));
}
