/**
 * The modes of the platform's directories.
 *
 * Where each application runs as a user of its own and without a sandbox, those users have to pass through the
 * platform's directories to what is theirs: they may enter, and not list. Everything else is closed to them.
 */
import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { HomeDirectories } from '../../../support/home-directories.ts';
import { isWithin } from './mounts.ts';

export interface PlatformDirectories {
  readonly home: HomeDirectories;
  /** Versions' files, by application. */
  readonly trees: string;
  /** Instances' temporary directories. */
  readonly run: string;
  /** Installed dependencies, by kind; entries are named by digests of what they hold. */
  readonly builds: string;
}

const ENTER = 0o711;
const PRIVATE = 0o700;

export function openToOtherUsers(directories: PlatformDirectories): void {
  const { home, trees, run, builds } = directories;
  for (const directory of [home.state, home.cache, trees, run, builds]) mkdirSync(directory, { recursive: true });
  closeOtherEntries(directories);
  const kinds = [...entriesOf(trees), ...entriesOf(run), ...entriesOf(builds).filter(isOpen)];
  for (const directory of [...ownParents(home), home.state, home.cache, trees, run, builds, ...kinds]) enter(directory);
}

/** Whatever is not on the way to what belongs to an application. */
export function closeOtherEntries({ home, trees, run, builds }: PlatformDirectories): void {
  closeEntries(home.state, [trees, run]);
  closeEntries(home.cache, [builds]);
  closeEntry(home.config);
}

/** Lets an application's user read files of its own, and nobody else. */
export function openTree(path: string, user: number, directories: PlatformDirectories): void {
  // Parts of the platform make files whenever they need them.
  closeOtherEntries(directories);
  // A runtime may start its program anywhere, and the machine is not ours to give away.
  if (![directories.trees, directories.builds].some((own) => path !== own && isWithin(path, own))) return;
  chownSync(path, 0, user);
  chmodSync(path, 0o750);
}

/** The state is the platform's own again. The cache may be another platform's too, and others find nothing in it. */
export function closeToOtherUsers({ home }: PlatformDirectories): void {
  const stats = lstatSync(home.state, { throwIfNoEntry: false });
  if (stats?.isDirectory() && (stats.mode & 0o777) === ENTER) chmodSync(home.state, PRIVATE);
}

/** APPCFG_HOME, which holds nothing but ours. */
function ownParents({ state, cache, config }: HomeDirectories): readonly string[] {
  const parent = dirname(state);
  return dirname(cache) === parent && dirname(config) === parent ? [parent] : [];
}

function enter(path: string): void {
  if (lstatSync(path).isDirectory()) chmodSync(path, ENTER);
}

/** What was made for nobody else stays so: compilers' caches. */
function isOpen(path: string): boolean {
  return (lstatSync(path).mode & 0o077) !== 0;
}

function closeEntries(directory: string, except: readonly string[]): void {
  for (const path of entriesOf(directory)) if (!except.includes(path)) closeEntry(path);
}

function closeEntry(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isSymbolicLink()) return;
  if ((stats.mode & 0o077) === 0) return;
  try {
    chmodSync(path, stats.mode & 0o700);
  } catch (error) {
    // Renamed or removed meanwhile: a draft of a file.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function entriesOf(directory: string): readonly string[] {
  return readdirSync(directory).map((name) => join(directory, name));
}
