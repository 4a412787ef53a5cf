/** What is live on a backend, at a glance. */
import { failure } from '../errors.ts';
import type { Application, Module, ServingStatus } from '../model/application.ts';
import type { InstanceState, InstanceSummary } from '../model/instance.ts';
import type { ApplicationLock } from '../model/lock.ts';
import type { Operation } from '../model/operation.ts';
import type { ScalingType } from '../model/scaling.ts';
import { type SettingsKind, settingsKinds } from '../model/settings.ts';
import { type DriftRequest, type FilesDrift, filesDrift, hasDrift, type LocalFiles, readLocalFiles } from './drift.ts';
import type { OperateContext } from './operate-context.ts';
import { type ChangeSinceRelease, changesSinceRelease } from './since-release.ts';

export interface VersionStatus {
  readonly version: string;
  readonly servingStatus: ServingStatus;
  /** Files of it are lost on the backend; deploying it again puts it right. */
  readonly isDamaged?: boolean;
  /** 0 to 1. */
  readonly trafficShare: number;
  readonly runtime: string;
  readonly scaling: ScalingType;
  /** How many are in each state; absent where the backend does not show instances. */
  readonly instances?: Readonly<Partial<Record<InstanceState, number>>>;
  readonly url: string;
}

export interface ModuleStatus {
  readonly module: string;
  readonly url: string;
  readonly versions: readonly VersionStatus[];
}

export interface ApplicationStatus {
  readonly application: string;
  readonly url: string;
  readonly release?: string;
  readonly modules: readonly ModuleStatus[];
  /** Kind -> number of entries; kinds without any are left out. */
  readonly settings: Readonly<Partial<Record<SettingsKind, number>>>;
  /** What the backend is doing for the application right now. */
  readonly pending: readonly Operation[];
  /** Held by somebody right now. */
  readonly lock?: ApplicationLock;
  /** What was changed by hand since the release that is live. */
  readonly sinceRelease: readonly ChangeSinceRelease[];
  /** How it differs from the files of this machine; absent when none were named, or when they are another application's. */
  readonly files?: FilesDrift;
}

export interface Status {
  readonly backend: string;
  readonly applications: readonly ApplicationStatus[];
}

export interface StatusQuery {
  readonly application?: string;
  /** Files to compare with; their application is the one that is shown. */
  readonly files?: DriftRequest;
}

/** Whether anything differs from the files or from the release. */
export function isDrifting({ applications }: Status): boolean {
  return applications.some(({ sinceRelease, files }) => sinceRelease.length > 0 || (files && hasDrift(files)));
}

/** Of one application, or of all. @throws AppcfgError `application.not-found`; with files, `config.invalid`, `packaging.*` */
export async function status(context: OperateContext, query: StatusQuery = {}): Promise<Status> {
  const { backend } = context;
  const local = query.files && (await readLocalFiles(query.files));
  const compare: Compare | undefined = local && query.files && comparison(context, local, query.files);
  const ids = await wantedApplications(context, query, local);
  const applications = await Promise.all(ids.map((id) => applicationStatus(context, id, compare)));
  const found = applications.filter((application) => application !== undefined);
  const [only = ''] = ids;
  if (found.length === 0 && (query.application ?? local) !== undefined) {
    throw failure('application.not-found', { application: only });
  }
  return { backend: backend.name, applications: found };
}

type Compare = (live: Application) => Promise<FilesDrift>;

function comparison(context: OperateContext, local: LocalFiles, request: DriftRequest): Compare {
  return (live) => filesDrift(context, local, live, request);
}

/** Files belong to one application: their own, or the only one that there is. @throws AppcfgError `application.ambiguous` */
async function wantedApplications(
  { backend, signal }: OperateContext,
  query: StatusQuery,
  local: LocalFiles | undefined,
): Promise<readonly string[]> {
  const named = query.application ?? local?.application;
  if (named !== undefined) return [named];
  const known = await backend.applications({ signal });
  if (local !== undefined && known.length !== 1) throw failure('application.ambiguous', { known });
  return known;
}

/** undefined when the application went meanwhile. */
async function applicationStatus(
  context: OperateContext,
  id: string,
  compare: Compare | undefined,
): Promise<ApplicationStatus | undefined> {
  const { backend, signal } = context;
  const application = await backend.describe(id, { signal });
  if (!application) return undefined;
  const [operations, instances] = await Promise.all([
    backend.operations.list(id, { signal }),
    backend.instances?.list(id, { signal }),
  ]);
  const { url, currentRelease } = application;
  return {
    application: id,
    url,
    ...(currentRelease === undefined ? {} : { release: currentRelease }),
    modules: application.modules.map((module) => moduleStatus(module, instances)),
    settings: settingsCounts(application),
    pending: operations.filter(({ state }) => state === 'pending'),
    ...(application.lock === undefined ? {} : { lock: application.lock }),
    sinceRelease: changesSinceRelease(application, operations),
    ...(compare === undefined ? {} : { files: await compare(application) }),
  };
}

function moduleStatus(module: Module, instances: readonly InstanceSummary[] | undefined): ModuleStatus {
  const { name, url, traffic } = module;
  const versions = module.versions.map(({ id, servingStatus, isDamaged, spec, url: versionUrl }): VersionStatus => {
    const own = instances?.filter((instance) => instance.module === name && instance.version === id);
    return {
      version: id,
      servingStatus,
      ...(isDamaged ? { isDamaged } : {}),
      trafficShare: traffic.allocations[id] ?? 0,
      runtime: spec.runtime,
      scaling: spec.scaling.type,
      ...(own === undefined ? {} : { instances: countStates(own) }),
      url: versionUrl,
    };
  });
  return { module: name, url, versions };
}

function countStates(instances: readonly InstanceSummary[]): Partial<Record<InstanceState, number>> {
  const counts: Partial<Record<InstanceState, number>> = {};
  for (const { state } of instances) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

function settingsCounts({ settings }: Application): Partial<Record<SettingsKind, number>> {
  const counts: Partial<Record<SettingsKind, number>> = {};
  for (const kind of settingsKinds) {
    const entries = kind === 'queues' ? settings.queues.queues : settings[kind];
    if (entries.length > 0) counts[kind] = entries.length;
  }
  return counts;
}
