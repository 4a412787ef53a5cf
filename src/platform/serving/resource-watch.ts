/** Reads memory and processor time of every instance now and then (Linux; elsewhere nothing is known and nothing limited). */
import type { Clock } from '../../support/clock.ts';
import { cpuSeconds, processTree, proportionalBytes, residentBytes } from './process-table.ts';

export interface ResourceUsage {
  readonly memoryBytes: number;
  readonly cpuSeconds: number;
  /** Share of one core, lately (a moving average); undefined in the first reading. */
  readonly cpuUtilization?: number;
}

export interface WatchedProcess {
  /** What to `remove` it by. */
  readonly key: object;
  readonly pid: number;
  /** All that belongs to it; undefined, or absent: its descendants. */
  readonly processes?: () => readonly number[] | undefined;
  /** Above it the exact and dear reading is taken, so that shared pages are not held against it twice. */
  readonly limitBytes: number;
  readonly onUsage: (usage: ResourceUsage) => void;
}

export interface ResourceWatch {
  add(watched: WatchedProcess): void;
  remove(key: object): void;
  /** Takes a reading now, out of turn. */
  readNow(key: object): void;
  close(): void;
}

interface Watched extends WatchedProcess {
  pids: readonly number[];
  readings: number;
  cpuUtilization: number | undefined;
  last: { readonly atMs: number; readonly cpuSeconds: number } | undefined;
}

/** Finding children costs many reads; numbers of known processes cost one or two. */
const READINGS_PER_SEARCH = 3;
/** Weight of the newest reading: a burst of some seconds is no load. */
const CPU_WEIGHT = 0.3;

export function createResourceWatch(clock: Clock, intervalMs: number): ResourceWatch {
  const all = new Map<object, Watched>();
  let cancel: (() => void) | undefined;
  const tick = () => {
    cancel = all.size > 0 ? clock.after(intervalMs, tick, { isBackground: true }) : undefined;
    for (const watched of [...all.values()]) read(watched, clock.monotonicMs());
  };
  return {
    add(process) {
      all.set(process.key, {
        ...process,
        pids: [process.pid],
        readings: 0,
        cpuUtilization: undefined,
        last: undefined,
      });
      cancel ??= clock.after(intervalMs, tick, { isBackground: true });
    },
    remove: (key) => {
      all.delete(key);
    },
    readNow(key) {
      const watched = all.get(key);
      if (watched) read(watched, clock.monotonicMs());
    },
    close() {
      all.clear();
      cancel?.();
      cancel = undefined;
    },
  };
}

function read(watched: Watched, atMs: number): void {
  if (watched.readings % READINGS_PER_SEARCH === 0) watched.pids = watched.processes?.() ?? processTree(watched.pid);
  watched.readings += 1;
  const memoryBytes = memoryOf(watched.pids, watched.limitBytes);
  // Gone between two readings: its exit is on the way.
  if (memoryBytes === 0) return;
  const seconds = total(watched.pids, cpuSeconds);
  const { last } = watched;
  watched.last = { atMs, cpuSeconds: seconds };
  if (last !== undefined && atMs > last.atMs) {
    const share = Math.max(0, ((seconds - last.cpuSeconds) * 1000) / (atMs - last.atMs));
    watched.cpuUtilization = (watched.cpuUtilization ?? share) * (1 - CPU_WEIGHT) + share * CPU_WEIGHT;
  }
  const { cpuUtilization } = watched;
  watched.onUsage({ memoryBytes, cpuSeconds: seconds, ...(cpuUtilization === undefined ? {} : { cpuUtilization }) });
}

function memoryOf(pids: readonly number[], limitBytes: number): number {
  const resident = total(pids, residentBytes);
  if (resident <= limitBytes || pids.length === 1) return resident;
  return total(pids, (pid) => proportionalBytes(pid) ?? residentBytes(pid));
}

function total(pids: readonly number[], measure: (pid: number) => number | undefined): number {
  return pids.reduce((sum, pid) => sum + (measure(pid) ?? 0), 0);
}
