/** The few things that are done with control groups, all of them plain files and directories; every failure is an answer. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Undefined when it worked. */
export type Problem = string | undefined;

export function makeGroup(directory: string): Problem {
  try {
    mkdirSync(directory);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') return describe(error);
  }
  return undefined;
}

/** True when it is gone; it can't go while a process is in it. */
export function removeGroup(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    return codeOf(error) === 'ENOENT';
  }
}

export function writeGroupFile(directory: string, file: string, value: string): Problem {
  try {
    writeFileSync(join(directory, file), value);
    return undefined;
  } catch (error) {
    return describe(error);
  }
}

/** Empty when it can't be read. */
export function readGroupFile(directory: string, file: string): string {
  try {
    return readFileSync(join(directory, file), 'latin1');
  } catch {
    return '';
  }
}

export function hasGroupFile(directory: string, file: string): boolean {
  return existsSync(join(directory, file));
}

export function groupsBelow(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(directory, entry.name));
  } catch {
    return [];
  }
}

/** Those that this process can see and signal. */
export function processesIn(directory: string): readonly number[] {
  return readGroupFile(directory, 'cgroup.procs')
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0);
}

/** At once where the kernel can; otherwise one after the other, which a forking process may survive. */
export function killGroup(directory: string): void {
  if (hasGroupFile(directory, 'cgroup.kill') && writeGroupFile(directory, 'cgroup.kill', '1') === undefined) return;
  for (const pid of processesIn(directory)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
}

function describe(error: unknown): string {
  return codeOf(error) ?? (error instanceof Error ? error.message : String(error));
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
