/** The changes of a live application other than a release; each answers an Outcome for the journal to commit. */
import { failure } from '../errors.ts';
import type { Ingress } from '../model/application.ts';
import { applicationIdProblem, DEFAULT_MODULE } from '../model/names.ts';
import type { Settings } from '../model/settings.ts';
import { receivesTraffic, type TrafficSplit, trafficSplitProblem } from '../model/traffic.ts';
import type { DesiredDeployment } from './deployment.ts';
import {
  applyIngress,
  applyTraffic,
  changeVersion,
  emptyLiveState,
  type LiveModule,
  type LiveState,
  type LiveVersion,
  liveModule,
  liveVersion,
  removeModule,
  removeVersion,
} from './live-state.ts';
import type { OperationContext, Outcome } from './operations.ts';
import { countedState, limitFacts, limitProblem } from './profile-limits.ts';
import { toDeployment } from './reconcile.ts';
import { abandonAll, prepareAll, type ReleaseParts } from './release.ts';
import { refusePinned } from './release-pins.ts';
import { settingsProblem } from './settings-checks.ts';
import type { ApplicationRecord, DeploymentRecord } from './stored-records.ts';

/** How long an operation watches instances settle before it says that they are still on their way. */
const settleTimeoutMs = 60_000;

export interface Named {
  readonly application: string;
  readonly module: string;
  readonly version: string;
}

/** An application without modules: room for its first version, and for settings. */
export async function createApplication(
  parts: ReleaseParts,
  { application }: { readonly application: string },
): Promise<Outcome> {
  requireNewApplication(parts, application);
  return { live: emptyLiveState, onCommitted: parts.reconcile };
}

/** Puts a former release back, whole: versions, traffic and settings. */
export async function rollback(
  parts: ReleaseParts,
  request: { readonly application: string; readonly release?: string; readonly createdBy: string },
  context: OperationContext,
): Promise<Outcome> {
  const current = requireApplication(parts, request.application);
  const release = request.release ?? releaseBefore(parts, current);
  const state = parts.desired.releaseState(current.id, release);
  if (!state) throw failure('release.not-found', { application: current.id, release });
  refuseBeyondLimits(parts, current, state);
  const { commit } = parts.desired.releases(current.id).find(({ id }) => id === release) ?? {};
  const missing = missingDeployments(parts, current, state);
  for (const { deployment } of missing) {
    await rematerialise(parts, deployment.deploymentId);
    context.checkpoint('materialised');
  }
  await prepareAll(parts, missing, context);
  return {
    live: state,
    abandon: () => abandonAll(parts, missing),
    release: {
      createdAt: new Date(parts.clock.now()).toISOString(),
      createdBy: request.createdBy,
      ...(commit === undefined ? {} : { commit }),
      changes: [`rollback to ${release}`],
    },
    onCommitted: () => {
      parts.reconcile();
      for (const [module, { versions }] of Object.entries(state.modules)) {
        for (const version of Object.keys(versions)) {
          context.emit({ type: 'version-phase', module, version, phase: 'live' });
        }
      }
    },
  };
}

export async function setTraffic(
  parts: ReleaseParts,
  request: { readonly application: string; readonly splits: Readonly<Record<string, TrafficSplit>> },
): Promise<Outcome> {
  const { id, live } = requireApplication(parts, request.application);
  for (const [module, split] of Object.entries(request.splits)) {
    const problem = trafficSplitProblem(split);
    if (problem) throw failure('release.invalid', { application: id, reason: `the traffic of ${module} ${problem}` });
    for (const version of Object.keys(split.allocations)) requireVersion(parts, { application: id, module, version });
  }
  return { live: applyTraffic(live, request.splits), onCommitted: parts.reconcile };
}

export async function setIngress(
  parts: ReleaseParts,
  request: { readonly application: string; readonly module: string; readonly ingress: Ingress },
): Promise<Outcome> {
  const { live } = requireModule(parts, request);
  return { live: applyIngress(live, request.module, request.ingress), onCommitted: parts.reconcile };
}

export async function setServingStatus(
  parts: ReleaseParts,
  request: Named & { readonly status: 'serving' | 'stopped' },
): Promise<Outcome> {
  const { live, record } = requireVersion(parts, request);
  if (record.spec.scaling.type === 'automatic') {
    const action = request.status === 'stopped' ? 'stopped' : 'started';
    throw failure('version.automatic', { module: request.module, version: request.version, action });
  }
  return settledOutcome(
    parts,
    record,
    changed(live, request, (version) => ({ ...version, servingStatus: request.status })),
  );
}

export async function setInstances(
  parts: ReleaseParts,
  request: Named & { readonly instances: number },
): Promise<Outcome> {
  const { live, record } = requireVersion(parts, request);
  const scaling = record.spec.scaling.type;
  if (scaling !== 'manual') {
    throw failure('version.not-manual', { module: request.module, version: request.version, scaling });
  }
  const next = changed(live, request, (version) => ({ ...version, instances: request.instances }));
  refuseBeyondLimits(parts, { id: request.application, live }, next);
  return settledOutcome(parts, record, next);
}

export async function deleteVersion(parts: ReleaseParts, request: Named): Promise<Outcome> {
  const { live, value } = requireVersion(parts, request);
  refusePinned(parts.desired, request.application, [{ ...request, deploymentId: value.deploymentId }]);
  const module = liveModule(live, request.module);
  const others = Object.keys(module?.versions ?? {}).length - 1;
  if (others === 0 && request.module === DEFAULT_MODULE) {
    throw failure('version.last-of-default', { version: request.version });
  }
  if (others > 0 && module && receivesTraffic(module.split, request.version)) {
    throw failure('version.has-traffic', { module: request.module, version: request.version });
  }
  return { live: removeVersion(live, request.module, request.version), onCommitted: parts.reconcile };
}

export async function deleteModule(
  parts: ReleaseParts,
  request: { readonly application: string; readonly module: string },
): Promise<Outcome> {
  const { live, found } = requireModule(parts, request);
  const { application, module } = request;
  if (module === DEFAULT_MODULE) throw failure('module.is-default', { application });
  const versions = Object.entries(found.versions);
  refusePinned(
    parts.desired,
    application,
    versions.map(([version, { deploymentId }]) => ({ module, version, deploymentId })),
  );
  return { live: removeModule(live, request.module), onCommitted: parts.reconcile };
}

export async function replaceSettings(
  parts: ReleaseParts,
  request: { readonly application: string; readonly settings: Partial<Settings> },
): Promise<Outcome> {
  const { id, live } = requireApplication(parts, request.application);
  const reason = settingsProblem(request.settings);
  if (reason !== undefined) throw failure('release.invalid', { application: request.application, reason });
  for (const rule of request.settings.dispatch ?? []) {
    if (!liveModule(live, rule.module)) {
      throw failure('deploy.dispatch-target-missing', { module: rule.module, url: rule.url });
    }
  }
  const next = { ...live, settings: { ...live.settings, ...request.settings } };
  refuseBeyondLimits(parts, { id, live }, next);
  return { live: next, onCommitted: parts.reconcile };
}

/** @throws AppcfgError `application.not-found` */
export function requireApplication(parts: Pick<ReleaseParts, 'desired'>, id: string): ApplicationRecord {
  const record = parts.desired.application(id);
  if (!record) throw failure('application.not-found', { application: id });
  return record;
}

/** @throws AppcfgError `api.exists`, `api.invalid` */
export function requireNewApplication(parts: Pick<ReleaseParts, 'desired'>, id: string): void {
  const problem = applicationIdProblem(id);
  if (problem) throw failure('api.invalid', { field: 'id', reason: problem });
  if (parts.desired.application(id)) throw failure('api.exists', { what: 'application', name: id });
}

/** @throws AppcfgError `application.not-found`, `module.not-found` */
export function requireModule(
  parts: Pick<ReleaseParts, 'desired'>,
  { application, module }: { readonly application: string; readonly module: string },
): { readonly live: LiveState; readonly found: LiveModule } {
  const { live } = requireApplication(parts, application);
  const found = liveModule(live, module);
  if (!found) throw failure('module.not-found', { application, module, known: Object.keys(live.modules) });
  return { live, found };
}

/** @throws AppcfgError `application.not-found`, `module.not-found`, `version.not-found` */
export function requireVersion(
  parts: Pick<ReleaseParts, 'desired'>,
  { application, module, version }: Named,
): { readonly live: LiveState; readonly value: LiveVersion; readonly record: DeploymentRecord } {
  const { live, found } = requireModule(parts, { application, module });
  const value = liveVersion(live, module, version);
  const record = value && parts.desired.deployment(value.deploymentId);
  if (!value || !record) {
    throw failure('version.not-found', { application, module, version, known: Object.keys(found.versions) });
  }
  return { live, value, record };
}

/** @throws AppcfgError `release.limit` */
function refuseBeyondLimits(
  parts: ReleaseParts,
  { id, live }: Pick<ApplicationRecord, 'id' | 'live'>,
  next: LiveState,
): void {
  const facts = limitFacts(parts);
  const problem = limitProblem(id, facts.profileOf(id), countedState(live, facts), countedState(next, facts));
  if (problem) throw problem;
}

function changed(
  live: LiveState,
  { module, version }: Named,
  change: (version: LiveVersion) => LiveVersion,
): LiveState {
  return changeVersion(live, module, version, change);
}

function settledOutcome(parts: ReleaseParts, record: DeploymentRecord, live: LiveState): Outcome {
  return {
    live,
    onCommitted: parts.reconcile,
    afterwards: () => parts.engine.settled(record.id, AbortSignal.timeout(settleTimeoutMs)),
  };
}

function releaseBefore(parts: ReleaseParts, current: ApplicationRecord): string {
  const [, before] = parts.desired.releases(current.id);
  if (!before) throw failure('release.none-before', { application: current.id });
  return before.id;
}

function missingDeployments(
  parts: ReleaseParts,
  current: ApplicationRecord,
  state: LiveState,
): readonly DesiredDeployment[] {
  const running = new Set(
    Object.values(current.live.modules).flatMap((module) =>
      Object.values(module.versions)
        .filter((version) => version.servingStatus === 'serving')
        .map((version) => version.deploymentId),
    ),
  );
  return Object.entries(state.modules).flatMap(([, module]) =>
    Object.entries(module.versions).flatMap(([version, live]): DesiredDeployment[] => {
      const record = parts.desired.deployment(live.deploymentId);
      if (!record || running.has(live.deploymentId) || live.servingStatus === 'stopped') return [];
      return [
        {
          deployment: toDeployment(record, parts),
          servingStatus: live.servingStatus,
          ...(live.instances === undefined ? {} : { instances: live.instances }),
          receivesTraffic: receivesTraffic(module.split, version),
        },
      ];
    }),
  );
}

async function rematerialise(parts: ReleaseParts, deploymentId: string): Promise<void> {
  const record = parts.desired.deployment(deploymentId);
  const manifest = record && parts.desired.manifest(record.manifestDigest);
  if (!record || !manifest) return;
  await parts.blobs.materialise(manifest, parts.directoryOf(record.application, record.manifestDigest));
}
