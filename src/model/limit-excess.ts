/** What of an application is more than its profile allows. Pure. */
import type { Application } from './application.ts';
import { type Profile, profileLimits } from './profile.ts';
import type { Scaling } from './scaling.ts';

export interface CountedVersion {
  readonly module: string;
  readonly version: string;
  readonly scaling: Scaling;
  /** Manual scaling: what set-num-instances asked for. */
  readonly instances?: number | undefined;
}

/** What the limits look at. */
export interface CountedState {
  readonly versions: readonly CountedVersion[];
  readonly cronJobs: number;
}

export interface LimitExcess {
  readonly what: 'modules' | 'versions' | 'instances' | 'cron jobs';
  /** Before the change; 0 for instances of a version that is new. */
  readonly current: number;
  readonly count: number;
  readonly limit: number;
  /** Of instances: whose. */
  readonly module?: string;
  readonly version?: string;
}

/**
 * The first limit that a change goes beyond. What was over it before (the profile was a larger one then) may stay and
 * shrink, and not grow.
 */
export function limitExcess(profile: Profile, before: CountedState, after: CountedState): LimitExcess | undefined {
  return excesses(profile, after, before).find(({ count, current }) => count > current);
}

/** Everything that is over a limit, as it stands. */
export function excesses(profile: Profile, state: CountedState, before: CountedState = state): readonly LimitExcess[] {
  const limits = profileLimits(profile);
  const totals: readonly LimitExcess[] = [
    { what: 'modules', current: modulesOf(before), count: modulesOf(state), limit: limits.modules },
    { what: 'versions', current: before.versions.length, count: state.versions.length, limit: limits.versions },
    { what: 'cron jobs', current: before.cronJobs, count: state.cronJobs, limit: limits.cronJobs },
  ];
  const instances = state.versions.map((counted): LimitExcess => {
    const { module, version } = counted;
    const former = before.versions.find((other) => other.module === module && other.version === version);
    const current = former === undefined ? 0 : mostInstances(former);
    return { what: 'instances', current, count: mostInstances(counted), limit: limits.instances, module, version };
  });
  return [...totals, ...instances].filter(({ count, limit }) => count > limit);
}

export function countedApplication(application: Application | undefined): CountedState {
  if (!application) return { versions: [], cronJobs: 0 };
  const versions = application.modules.flatMap(({ name, versions }) =>
    versions.map(({ id, spec, instancesOverride }) => ({
      module: name,
      version: id,
      scaling: spec.scaling,
      instances: instancesOverride,
    })),
  );
  return { versions, cronJobs: application.settings.cron.length };
}

/** With versions added or replaced. */
export function withUploads(
  state: CountedState,
  uploads: readonly CountedVersion[],
  cronJobs: number = state.cronJobs,
): CountedState {
  const isReplaced = ({ module, version }: CountedVersion) =>
    uploads.some((upload) => upload.module === module && upload.version === version);
  return { versions: [...state.versions.filter((version) => !isReplaced(version)), ...uploads], cronJobs };
}

/** Automatic scaling has no such limit (S3). */
function mostInstances({ scaling, instances }: CountedVersion): number {
  switch (scaling.type) {
    case 'manual':
      return instances ?? scaling.instances;
    case 'basic':
      return scaling.maxInstances;
    case 'automatic':
      return 0;
  }
}

function modulesOf({ versions }: CountedState): number {
  return new Set(versions.map(({ module }) => module)).size;
}
