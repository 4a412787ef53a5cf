/** Everything of a release of the memory backend, for comparing. */
import { failure } from '../../errors.ts';
import { LIVE, type ModuleSnapshot, type ReleaseSnapshot } from '../../model/release-snapshot.ts';
import type { MemoryApplication, MemoryModule } from './memory-state.ts';

/** @throws AppcfgError `release.not-found` */
export function releaseSnapshot({ id, live, releases }: MemoryApplication, wanted: string): ReleaseSnapshot {
  const isNow = wanted === LIVE || wanted === releases.at(-1)?.id;
  const found = isNow ? live : releases.find((release) => release.id === wanted)?.live;
  if (found === undefined) throw failure('release.not-found', { application: id, release: wanted });
  const modules = Object.entries(found.modules).map(([name, module]) => [name, moduleSnapshot(module)] as const);
  return { modules: Object.fromEntries(modules), settings: found.settings };
}

function moduleSnapshot({ traffic, versions }: MemoryModule): ModuleSnapshot {
  const all = Object.entries(versions).map(
    ([id, { servingStatus, spec, manifest }]) => [id, { servingStatus, spec, files: manifest.files }] as const,
  );
  return { traffic, versions: Object.fromEntries(all) };
}
