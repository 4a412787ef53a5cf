/** Wanted and live states for the tests of planning. */
import type { DescribedModule } from '../../../src/deploy/deploy-sources.ts';
import type { PackagedApplication, PackagedModule } from '../../../src/deploy/package-modules.ts';
import type { Application, Module, ServingStatus, Version } from '../../../src/model/application.ts';
import { totalSize } from '../../../src/model/manifest.ts';
import { emptySettings, type Settings } from '../../../src/model/settings.ts';
import { allTrafficTo, type TrafficSplit } from '../../../src/model/traffic.ts';
import { digestOfValue } from '../../../src/support/digest.ts';
import { packagedTree } from './sample.ts';

export interface WantedState {
  readonly modules: readonly DescribedModule[];
  readonly settings?: Partial<Settings>;
  readonly promotes?: boolean;
  readonly stopsPrevious?: boolean;
  /** Of every module's only file. */
  readonly content?: string;
}

export interface LiveState {
  readonly modules: readonly DescribedModule[];
  readonly settings?: Partial<Settings>;
  /** Module -> split; without one its first version has all. */
  readonly traffic?: Readonly<Record<string, TrafficSplit>>;
  readonly servingStatus?: ServingStatus;
}

const tree = (content = 'hello') => packagedTree('/src/app', { 'index.html': content });

export function packaged(wanted: WantedState): PackagedApplication {
  const { manifest, manifestDigest, sources } = tree(wanted.content);
  const modules = wanted.modules.map(
    (module): PackagedModule => ({
      ...module,
      specDigest: digestOfValue(module.spec),
      manifest,
      manifestDigest,
      files: manifest.files.length,
      bytes: totalSize(manifest),
    }),
  );
  const { settings = {}, promotes = false, stopsPrevious = false } = wanted;
  const intent = { application: 'shop', modules: wanted.modules, settings, promotes, stopsPrevious, createdBy: 'ann' };
  return { intent, modules, sources };
}

export function live(state: LiveState): Application {
  const names = [...new Set(state.modules.map(({ module }) => module))];
  return {
    id: 'shop',
    modules: names.map((name): Module => {
      const versions = state.modules
        .filter(({ module }) => module === name)
        .map((module) => liveVersion(module, state));
      const traffic = state.traffic?.[name] ?? allTrafficTo(versions[0]?.id ?? '');
      return { name, versions, traffic, url: `http://${name}/` };
    }),
    settings: { ...emptySettings, ...state.settings },
    currentRelease: 'r1',
    defaultHostname: 'shop.localhost:8080',
    url: 'http://shop.localhost:8080/',
  };
}

function liveVersion({ version, spec }: DescribedModule, { servingStatus = 'serving' }: LiveState): Version {
  const { manifest, manifestDigest } = tree();
  return {
    id: version,
    deploymentId: '1',
    spec,
    specDigest: digestOfValue(spec),
    manifestDigest,
    fileCount: manifest.files.length,
    diskUsage: totalSize(manifest),
    servingStatus,
    createdAt: '2026-01-01T00:00:00.000Z',
    createdBy: 'ann',
    url: `http://${version}/`,
  };
}
