/** An engine at an isolation level, in directories like the platform's own. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { isAppcfgError } from '../../../../src/errors.ts';
import type { IsolationLevel } from '../../../../src/model/isolation.ts';
import type { Scaling } from '../../../../src/model/scaling.ts';
import type { VersionSpec } from '../../../../src/model/version-spec.ts';
import type { DesiredDeployment } from '../../../../src/platform/deployment.ts';
import { createRuntimes } from '../../../../src/platform/runtimes/registry.ts';
import type { EngineOptions } from '../../../../src/platform/serving/embedded-engine.ts';
import { type Isolation, openIsolation } from '../../../../src/platform/serving/isolation/isolation.ts';
import type { PlatformDirectories } from '../../../../src/platform/serving/isolation/open-directories.ts';
import { systemClock } from '../../../../src/support/clock.ts';
import { createRig, desiredOf, fetchFrom, type Rig } from '../serving-rig.ts';

export const root = fileURLToPath(new URL('../../../../', import.meta.url));
const assetsDirectory = join(root, 'runtimes');

export interface IsolatedRig extends Rig {
  readonly isolation: Isolation;
  readonly directories: PlatformDirectories;
  /** Where a person of this machine keeps things. */
  readonly personal: string;
  /** A fixture (its name, or a directory) as a version of an application, with its files as the platform has them. */
  place(app: string, spec: Placed): DesiredDeployment;
  /** Asks the hostile fixture to do something. */
  ask(desired: DesiredDeployment, action: string, argument?: string | number): Promise<Done>;
}

export interface Done {
  readonly isDone: boolean;
  readonly said: string;
}

export type Placed = Partial<VersionSpec> & { readonly scaling: Scaling; readonly application?: string };

export type RigOptions = Partial<Omit<EngineOptions, 'isolation'>> & {
  readonly processLimit?: number;
  /** The platform's own runtimes in place of one that runs server.cjs. */
  readonly hasRealRuntimes?: boolean;
  /** As on a machine without them. */
  readonly hasNoCgroups?: boolean;
  /** Where builds are kept, for several rigs. */
  readonly cache?: string;
};

export async function createIsolatedRig(level: IsolationLevel, options: RigOptions = {}): Promise<IsolatedRig> {
  const home = mkdtempSync(join(tmpdir(), 'appcfg-isolation-'));
  const directories = directoriesIn(home, options.cache);
  const personal = join(home, 'person');
  for (const directory of [directories.home.state, directories.home.cache, personal])
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  // As /var/lib is.
  chmodSync(home, 0o711);
  const nonce = options.nonce ?? randomBytes(12).toString('hex');
  const { processLimit, hasRealRuntimes, hasNoCgroups, cache: _, ...engineOptions } = options;
  const isolation = await openIsolation({
    ...{ clock: systemClock, nonce, wanted: level, directories, assetsDirectory },
    environment: { ...process.env, HOME: personal },
    ...(processLimit === undefined ? {} : { processLimit }),
    ...(hasNoCgroups === true ? { cgroupPlaces: [] } : {}),
  });
  const { run, builds, trees } = directories;
  const findRuntime = createRuntimes({ assetsDirectory, environment: isolation.environment });
  const runtimes = { runtimeFor: (spec: VersionSpec) => findRuntime(spec.runtime, spec.environment) };
  const rig = await createRig({
    ...{ stateDirectory: run, cacheDirectory: builds, nonce, isolation },
    ...(hasRealRuntimes === true ? runtimes : {}),
    ...engineOptions,
  });
  return {
    ...rig,
    isolation,
    directories,
    personal,
    place: (app, { application = 'simple-sample', ...spec }) => {
      const directory = join(trees, application, basename(app));
      cpSync(app.startsWith('/') ? app : join(root, 'test/fixtures/apps', app), directory, { recursive: true });
      makeReadOnly(directory);
      const desired = desiredOf(app, spec);
      return { ...desired, deployment: { ...desired.deployment, application, directory } };
    },
    ask: async (desired, action, argument = '') =>
      JSON.parse((await fetchFrom(rig, desired, `/${action}/${encodeURIComponent(argument)}`)).body) as Done,
    end: async () => {
      await rig.end();
      await isolation.close();
      expect(isThere(run) ? readdirSync(run) : []).toEqual([]);
      expect(isolation.cgroups.filter(isThere)).toEqual([]);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function directoriesIn(home: string, sharedCache?: string): PlatformDirectories {
  const state = join(home, 'state');
  const cache = sharedCache ?? join(home, 'cache');
  return {
    home: { state, cache, config: join(home, 'config') },
    trees: join(state, 'trees'),
    run: join(state, 'run'),
    builds: join(cache, 'builds'),
  };
}

/** Levels that this machine gives, to skip the tests of the others by name. */
export async function possibleLevels(): Promise<readonly IsolationLevel[]> {
  const levels: readonly IsolationLevel[] = ['none', 'process', 'bwrap'];
  const isPossible = await Promise.all(levels.map(isLevelPossible));
  return levels.filter((_, index) => isPossible[index]);
}

async function isLevelPossible(level: IsolationLevel): Promise<boolean> {
  try {
    const rig = await createIsolatedRig(level);
    await rig.end();
    return true;
  } catch (error) {
    if (isAppcfgError(error) && error.code === 'isolation.unavailable') return false;
    throw error;
  }
}

/** As links to blobs are. */
function makeReadOnly(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) makeReadOnly(path);
    else chmodSync(path, 0o444);
  }
}

/** Every process of every instance, by the first of the control groups' hierarchies. */
export function groupMembers({ isolation }: Pick<IsolatedRig, 'isolation'>): readonly number[] {
  const [directory = ''] = isolation.cgroups;
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) =>
      readFileSync(join(directory, entry.name, 'cgroup.procs'), 'utf8')
        .trim()
        .split('\n'),
    )
    .map(Number)
    .filter((pid) => pid > 0);
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** A file that only the platform's user may read. */
export function secretFile(path: string): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, 'secret', { mode: 0o600 });
  return path;
}
