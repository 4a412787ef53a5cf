/** What is there now: Google's resources, with what appcfg knows of them. */
import type { Application, Ingress, Module, Version } from '../../model/application.ts';
import { moduleOutlines } from '../../model/live-outline.ts';
import { DEFAULT_MODULE } from '../../model/names.ts';
import { emptySettings } from '../../model/settings.ts';
import type { ShardBy, TrafficSplit } from '../../model/traffic.ts';
import { canonicalJson } from '../../support/canonical-json.ts';
import { digestOfValue } from '../../support/digest.ts';
import type { ServiceResource, VersionResource } from './api-types.ts';
import type { ApplicationHome } from './application-home.ts';
import { appPath, type GoogleContext } from './google-context.ts';
import {
  type Deployment,
  type JournalState,
  type Snapshot,
  type SnapshotVersion,
  versionKey,
} from './journal-state.ts';
import { readSettings } from './settings/all-settings.ts';
import { specOfVersion } from './spec-of-version.ts';

export interface LiveApplication {
  readonly state: JournalState;
  readonly services: readonly LiveService[];
  readonly snapshot: Snapshot;
}

interface LiveService {
  readonly service: ServiceResource;
  readonly versions: readonly VersionResource[];
}

interface Call {
  readonly signal?: AbortSignal | undefined;
}

/** An application without a module has everything still before it: its snapshot is empty. */
export async function readLive(
  context: GoogleContext,
  home: ApplicationHome,
  { signal }: Call,
): Promise<LiveApplication> {
  const [state, services] = await Promise.all([home.journal.read({ signal }), readServices(context, home.id, signal)]);
  const isEmpty = services.length === 0;
  const settings = isEmpty ? emptySettings : await readSettings({ context, home, signal }, state);
  const modules = Object.fromEntries(
    services.map(({ service, versions }) => [
      service.id,
      {
        traffic: splitOf(service),
        versions: Object.fromEntries(versions.map((version) => [version.id, snapshotOf(service.id, version, state)])),
      },
    ]),
  );
  return { state, services, snapshot: { modules, settings } };
}

async function readServices(
  { client }: GoogleContext,
  application: string,
  signal: AbortSignal | undefined,
): Promise<readonly LiveService[]> {
  const path = `${appPath(application)}/services`;
  const get = { api: 'appengine', method: 'GET', signal } as const;
  const services = (await client.list<ServiceResource>({ ...get, path, query: { pageSize: 100 } }, 'services')) ?? [];
  const found = await Promise.all(
    services.map(async (service) => {
      const request = { ...get, path: `${path}/${service.id}/versions`, query: { pageSize: 100, view: 'FULL' } };
      return { service, versions: (await client.list<VersionResource>(request, 'versions')) ?? [] };
    }),
  );
  return found.filter(({ versions }) => versions.length > 0);
}

function snapshotOf(module: string, version: VersionResource, state: JournalState): SnapshotVersion {
  const deployment = knownDeployment(module, version, state);
  const instances = version.manualScaling?.instances;
  return {
    createTime: version.createTime ?? '',
    status: version.servingStatus === 'STOPPED' ? 'stopped' : 'serving',
    ...(deployment === undefined ? {} : { deployment }),
    ...(instances === undefined ? {} : { instances }),
  };
}

/** A version that another tool replaced since has another time of creation. */
function knownDeployment(module: string, version: VersionResource, state: JournalState): string | undefined {
  const known = state.versions[versionKey({ module, version: version.id })];
  const isSame = known !== undefined && known.createTime === version.createTime;
  return isSame && state.deployments[known.deployment] ? known.deployment : undefined;
}

/** undefined for an application that has no module yet. */
export function applicationOf(home: ApplicationHome, live: LiveApplication): Application | undefined {
  if (live.services.length === 0) return undefined;
  const defaultHostname = home.resource.defaultHostname ?? `${home.id}.appspot.com`;
  const modules = live.services.map((found) => moduleOf(found, live.state, defaultHostname));
  const current = live.state.releases.at(-1);
  const { settings } = live.snapshot;
  modules.sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
  const outline = { modules: moduleOutlines({ modules }), settings };
  const isMoved = current?.outline !== undefined && canonicalJson(current.outline) !== canonicalJson(outline);
  return {
    id: home.id,
    modules,
    settings,
    stateDigest: stateDigest(live),
    ...(current === undefined ? {} : { currentRelease: current.id }),
    ...(isMoved ? { released: current.outline } : {}),
    defaultHostname,
    url: `https://${defaultHostname}/`,
  };
}

/** Of everything that a deploy may have been planned against. */
export function stateDigest({ snapshot, state }: Pick<LiveApplication, 'snapshot' | 'state'>): string {
  return digestOfValue({ snapshot, release: state.releases.at(-1)?.id ?? null });
}

function rank(module: string): number {
  return module === DEFAULT_MODULE ? 0 : 1;
}

function moduleOf({ service, versions }: LiveService, state: JournalState, hostname: string): Module {
  const ingress = ingresses[service.networkSettings?.ingressTrafficAllowed ?? ''];
  return {
    name: service.id,
    versions: versions.map((version) => versionOf(service.id, version, { state, hostname })),
    traffic: splitOf(service),
    ...(ingress === undefined ? {} : { ingress }),
    url: addressOf(service.id === DEFAULT_MODULE ? [] : [service.id], hostname),
  };
}

const ingresses: Readonly<Record<string, Ingress>> = {
  INGRESS_TRAFFIC_ALLOWED_INTERNAL_ONLY: 'internal-only',
  INGRESS_TRAFFIC_ALLOWED_INTERNAL_AND_LB: 'internal-and-load-balancing',
};

interface Facts {
  readonly state: JournalState;
  readonly hostname: string;
}

function versionOf(module: string, version: VersionResource, { state, hostname }: Facts): Version {
  const id = knownDeployment(module, version, state);
  const known = id === undefined ? undefined : state.deployments[id];
  const createdAt = version.createTime ?? new Date(0).toISOString();
  const { spec, specDigest, manifestDigest, fileCount, diskUsage, ...made } = known ?? foreign(version, createdAt);
  const instances = version.manualScaling?.instances;
  const isOverridden =
    spec.scaling.type === 'manual' && instances !== undefined && instances !== spec.scaling.instances;
  return {
    id: version.id,
    // Digits, as App Engine's minor versions are; of other tools' versions the time says the same.
    deploymentId: id ?? String(Date.parse(createdAt) || 0),
    spec,
    specDigest,
    manifestDigest,
    fileCount,
    diskUsage,
    servingStatus: version.servingStatus === 'STOPPED' ? 'stopped' : 'serving',
    createdAt: made.createdAt,
    createdBy: made.createdBy,
    ...(isOverridden ? { instancesOverride: instances } : {}),
    url: version.versionUrl ?? addressOf([version.id, ...(module === DEFAULT_MODULE ? [] : [module])], hostname),
  };
}

function foreign(version: VersionResource, createdAt: string): Deployment {
  const spec = specOfVersion(version);
  const { files, zip } = version.deployment ?? {};
  return {
    spec,
    specDigest: digestOfValue(spec),
    manifestDigest: '',
    fileCount: files ? Object.keys(files).length : (zip?.filesCount ?? 0),
    diskUsage: Number(version.diskUsageBytes ?? 0),
    createdAt,
    createdBy: version.createdBy ?? '',
  };
}

/** One label, so that Google's certificate holds for it. */
function addressOf(names: readonly string[], hostname: string): string {
  return `https://${[...names, hostname].join('-dot-')}/`;
}

const shardBys: Readonly<Record<string, ShardBy>> = { COOKIE: 'cookie', RANDOM: 'random', IP: 'ip' };

function splitOf({ split }: ServiceResource): TrafficSplit {
  return { shardBy: shardBys[split?.shardBy ?? ''] ?? 'ip', allocations: split?.allocations ?? {} };
}
