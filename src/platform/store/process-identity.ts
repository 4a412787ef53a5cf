/** Names a running process so that a later one with the same number is not taken for it. */
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks since boot (field 22 of /proc/PID/stat); null where there is no /proc. */
  readonly startTime: string | null;
  /** Changes with every boot; null where there is no /proc. */
  readonly bootId: string | null;
}

export function identityOf(pid: number): ProcessIdentity {
  const stat = readStat(pid);
  return { pid, startTime: typeof stat === 'object' ? stat.startTime : null, bootId: readBootId() };
}

/** Where the start time can't be read, a process with the same number counts as the same one. */
export function isAlive(identity: ProcessIdentity): boolean {
  const bootId = readBootId();
  if (identity.bootId !== null && bootId !== null && identity.bootId !== bootId) return false;
  const stat = readStat(identity.pid);
  if (stat === 'unknown') return answersSignals(identity.pid);
  if (stat === 'gone' || stat.isZombie) return false;
  return identity.startTime === null || identity.startTime === stat.startTime;
}

type Stat = { readonly isZombie: boolean; readonly startTime: string };

function readStat(pid: number): Stat | 'gone' | 'unknown' {
  const text = readText(`/proc/${pid}/stat`);
  // Another user's process is hidden where /proc is mounted with hidepid: ask the kernel in another way.
  if (text === undefined) return readText('/proc/self/stat') === undefined || answersSignals(pid) ? 'unknown' : 'gone';
  // The name, field 2, may hold spaces and brackets; the fields after its last bracket can't.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { isZombie: fields[0] === 'Z' || fields[0] === 'X', startTime: fields[19] ?? '' };
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readBootId(): string | null {
  return readText('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
