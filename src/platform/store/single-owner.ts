/**
 * Exclusive ownership of a directory by one live process, without a lock that could outlive its holder.
 *
 * Ownership is a numbered file, `owner.7`, that says which process made it. The next owner is who links number 8
 * first, which the kernel allows once, and may do so only after it saw that the maker of 7 is gone or has let go.
 * Numbers only grow, so of two processes that take over the same dead owner exactly one wins, and nobody ever
 * deletes a file that might have become somebody else's in the meantime.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../../errors.ts';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';
import { writeFailure } from './write-failure.ts';

export interface Ownership {
  release(): void;
}

/** What a file says once its owner let go. */
const released = 'released';
const mostAttempts = 100;

/**
 * @param name distinguishes several things owned in one directory
 * @throws AppcfgError `store.in-use` naming the process that owns it; `store.write-failed`
 */
export async function acquireOwnership(directory: string, name = 'owner'): Promise<Ownership> {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const ownership = tryToOwn(directory, name);
      if (ownership) return ownership;
    }
  } catch (error) {
    throw writeFailure(directory, error);
  }
  throw failure('store.in-use', { directory });
}

/** Undefined when another process was faster and things must be looked at again. */
function tryToOwn(directory: string, name: string): Ownership | undefined {
  const highest = Math.max(0, ...generations(directory, name));
  const holder = highest > 0 ? readHolder(join(directory, `${name}.${highest}`)) : undefined;
  if (holder && isAlive(holder)) throw failure('store.in-use', { directory, pid: holder.pid });
  const mine = highest + 1;
  const file = join(directory, `${name}.${mine}`);
  const text = JSON.stringify(identityOf(process.pid));
  if (!linkWhole(file, text)) return undefined;
  const now = generations(directory, name);
  // A listing may miss files that come and go while it is read; seeing a higher number shows that ours did.
  if (now.some((generation) => generation > mine)) {
    rmSync(file, { force: true });
    return undefined;
  }
  for (const generation of now)
    if (generation < mine) rmSync(join(directory, `${name}.${generation}`), { force: true });
  removeScraps(directory, name);
  return { release: () => release(file, text) };
}

function generations(directory: string, name: string): readonly number[] {
  const prefix = `${name}.`;
  const numbers: number[] = [];
  for (const entry of readdirSync(directory)) {
    const rest = entry.startsWith(prefix) ? entry.slice(prefix.length) : '';
    if (/^\d{1,15}$/.test(rest)) numbers.push(Number(rest));
  }
  return numbers;
}

/** Undefined when nobody holds it: let go of, deleted since, or cut short by a crash of the machine. */
function readHolder(file: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null && 'pid' in value ? (value as ProcessIdentity) : undefined;
  } catch {
    return undefined;
  }
}

/** Creates the file with its content in one step; false when it is there already. */
function linkWhole(file: string, text: string): boolean {
  const scrap = writeScrap(file, text);
  try {
    linkSync(scrap, file);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // ENOENT: the new owner tidied our scrap away.
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    throw error;
  } finally {
    rmSync(scrap, { force: true });
  }
}

/** Keeps the number, which must go on growing, and gives up the ownership. */
function release(file: string, text: string): void {
  try {
    if (readFileSync(file, 'utf8') === text) renameSync(writeScrap(file, JSON.stringify(released)), file);
  } catch {
    // The directory is gone or can't be written: the end of this process releases it as well.
  }
}

function writeScrap(file: string, text: string): string {
  const scrap = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  writeFileSync(scrap, text, { flag: 'wx', mode: 0o600 });
  return scrap;
}

function removeScraps(directory: string, name: string): void {
  for (const entry of readdirSync(directory)) {
    if (entry.startsWith(`${name}.`) && entry.endsWith('.tmp')) rmSync(join(directory, entry), { force: true });
  }
}
