/** Makes version directories that exist whole or not at all. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { failure } from '../../errors.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Clock } from '../../support/clock.ts';
import { manifestProblem } from './manifest-problem.ts';
import { createPace } from './pace.ts';
import { readNames } from './read-names.ts';
import { syncDirectory } from './sync-directory.ts';
import type { Trash } from './trash.ts';
import { buildTree, isTreeWhole, type TreeSource } from './version-tree.ts';
import { writeFailure } from './write-failure.ts';

export interface MaterialiserOptions {
  readonly source: TreeSource;
  readonly trash: Trash;
  readonly clock: Clock;
  readonly ignoresCase: () => boolean;
  /** Makes blobs and copies durable; a directory whose content is not must not appear. */
  readonly sync: () => Promise<void>;
}

export interface MaterialiseOptions {
  /** Looks at names, places and lengths only, not at content. */
  readonly trustsBlobs?: boolean;
}

export type Materialise = (manifest: Manifest, directory: string, how?: MaterialiseOptions) => Promise<void>;

export function createMaterialiser(options: MaterialiserOptions): Materialise {
  // Modules with the same files share a directory, and their deploys may run side by side.
  const running = new Map<string, Promise<void>>();
  return async (manifest, directory, how = {}) => {
    const problem = manifestProblem(manifest, options.ignoresCase());
    if (problem) throw failure('manifest.unsafe', problem);
    const before = running.get(directory) ?? Promise.resolve();
    const mine = before.catch(() => {}).then(() => materialise(options, { manifest, directory, ...how }));
    running.set(directory, mine);
    try {
      await mine;
    } catch (error) {
      throw writeFailure(directory, error);
    } finally {
      if (running.get(directory) === mine) running.delete(directory);
    }
  };
}

interface Wish extends MaterialiseOptions {
  readonly manifest: Manifest;
  readonly directory: string;
}

async function materialise(options: MaterialiserOptions, { manifest, directory, trustsBlobs }: Wish): Promise<void> {
  const { source, trash, clock, sync } = options;
  const pace = createPace(clock);
  if (!trustsBlobs) await source.verify(manifest, pace);
  const isThere = existsSync(directory);
  if (isThere && (await isTreeWhole(manifest, directory, source, pace))) return;
  const parent = dirname(directory);
  // Versions are named by digests: who may pass through here finds only what he knows.
  mkdirSync(parent, { recursive: true, mode: 0o711 });
  await discardDrafts(trash, directory);
  const draft = `${directory}.tmp-${randomBytes(6).toString('hex')}`;
  try {
    await buildTree(manifest, draft, source, pace);
    await sync();
    // What runs in the damaged one keeps its open files and working directory until the trash is emptied.
    if (isThere) await trash.discard(directory);
    renameSync(draft, directory);
  } catch (error) {
    await trash.discard(draft);
    throw error;
  }
  // Journalling file systems write names in order: with this one, all links of the tree are durable as well.
  syncDirectory(parent);
}

/** Left by a process that was killed: only one at a time builds this directory. */
async function discardDrafts(trash: Trash, directory: string): Promise<void> {
  const parent = dirname(directory);
  for (const name of readNames(parent)) {
    if (name.startsWith(`${basename(directory)}.tmp-`)) await trash.discard(join(parent, name));
  }
}
