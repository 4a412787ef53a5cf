/** What appcfg records of an application at Google, which knows neither releases nor digests. Pure. */
import type { LiveOutline, ServingStatus } from '../../model/application.ts';
import type { Operation } from '../../model/operation.ts';
import type { ReleaseSummary } from '../../model/release.ts';
import type { Settings, SettingsKind } from '../../model/settings.ts';
import type { TrafficSplit } from '../../model/traffic.ts';
import type { VersionSpec } from '../../model/version-spec.ts';

export interface JournalState {
  readonly format: 1;
  readonly nextRelease: number;
  /** By deployment id: what a version was made of. Its manifest is an object of its own. */
  readonly deployments: Readonly<Record<string, Deployment>>;
  /** `module:version` -> what is there, valid as long as Google shows the same time of creation. */
  readonly versions: Readonly<Record<string, KnownVersion>>;
  readonly settings: { readonly [K in SettingsKind]?: KnownSettings<K> };
  /** Oldest first; the last one is live. */
  readonly releases: readonly JournalRelease[];
  /** Oldest first. */
  readonly operations: readonly JournalOperation[];
  /** Google's operations that belong to none of these, and are not worth a line of their own. */
  readonly hiddenOperations: readonly string[];
}

export interface Deployment {
  readonly spec: VersionSpec;
  readonly specDigest: string;
  readonly manifestDigest: string;
  readonly fileCount: number;
  /** Bytes. */
  readonly diskUsage: number;
  readonly createdAt: string;
  readonly createdBy: string;
}

export interface KnownVersion {
  readonly deployment: string;
  /** As Google showed it after the deploy. */
  readonly createTime: string;
}

/** The file's value, valid as long as what Google shows has the same digest as right after it was set. */
export interface KnownSettings<K extends SettingsKind> {
  readonly value: Settings[K];
  readonly observed: string;
}

export interface JournalRelease extends Omit<ReleaseSummary, 'isCurrent'> {
  /** As it was when the next release came; absent while this one is live. */
  readonly live?: Snapshot;
  /** As it made it, for knowing what was changed by hand since. */
  readonly outline?: LiveOutline;
}

export interface Snapshot {
  readonly modules: Readonly<Record<string, SnapshotModule>>;
  readonly settings: Settings;
}

interface SnapshotModule {
  readonly traffic: TrafficSplit;
  readonly versions: Readonly<Record<string, SnapshotVersion>>;
}

export interface SnapshotVersion {
  /** Absent for versions that other tools deployed. */
  readonly deployment?: string;
  readonly createTime: string;
  readonly status: ServingStatus;
  /** Of manual scaling. */
  readonly instances?: number;
}

export interface JournalOperation extends Operation {
  readonly requestId: string;
  /** Of what was asked, to know it again when another process asks the same. */
  readonly content: string;
  /** Absent once nobody works on it. */
  readonly worker?: Worker;
  /** Absent until it is planned. Stages run one after the other, their actions at once. */
  readonly plan?: ChangePlan;
  /** Keys of actions that are done. */
  readonly finished: readonly string[];
  /** Key of an action -> the name of Google's operation. */
  readonly google: Readonly<Record<string, string>>;
}

export interface Worker {
  readonly host: string;
  readonly pid: number;
  /** Counts up while it works. */
  readonly beat: number;
}

export interface ChangePlan {
  readonly stages: readonly Stage[];
  /** What becomes a release when all is done. */
  readonly release?: Pick<JournalRelease, 'createdBy' | 'message' | 'changes'> & { readonly before: Snapshot };
}

export interface Stage {
  readonly name: 'prepare' | 'settings' | 'traffic' | 'after';
  readonly actions: readonly Action[];
}

export type Action =
  | {
      readonly do: 'create';
      readonly module: string;
      readonly version: string;
      readonly deployment: string;
      readonly before?: string;
      readonly isNew: boolean;
    }
  | { readonly do: 'status'; readonly module: string; readonly version: string; readonly status: ServingStatus }
  | { readonly do: 'scale'; readonly module: string; readonly version: string; readonly instances: number }
  | { readonly do: 'delete'; readonly module: string; readonly version: string }
  | { readonly do: 'traffic'; readonly module: string; readonly split: TrafficSplit; readonly before?: TrafficSplit }
  | {
      readonly do: 'settings';
      readonly kind: SettingsKind;
      readonly value: Partial<Settings>;
      readonly before: Partial<Settings>;
    };

export const emptyJournal: JournalState = {
  format: 1,
  nextRelease: 1,
  deployments: {},
  versions: {},
  settings: {},
  releases: [],
  operations: [],
  hiddenOperations: [],
};

/** Names an action within its operation. */
export function actionKey(action: Action): string {
  switch (action.do) {
    case 'settings':
      return `settings ${action.kind}`;
    case 'traffic':
      return `traffic ${action.module}`;
    case 'create':
    case 'status':
    case 'scale':
    case 'delete':
      return `${action.do} ${versionKey(action)}`;
  }
}

export function versionKey({ module, version }: { readonly module: string; readonly version: string }): string {
  return `${module}:${version}`;
}

const MOST_OPERATIONS = 100;
const MOST_RELEASES = 50;
const MOST_EVENTS = 200;

/** Drops what is old, and the deployments that nothing names any more. */
export function pruned(state: JournalState): JournalState {
  const releases = state.releases.slice(-MOST_RELEASES);
  const operations = state.operations.slice(-MOST_OPERATIONS).map((operation): JournalOperation => {
    const events = operation.events.slice(-MOST_EVENTS);
    if (operation.state === 'pending') return { ...operation, events };
    const { plan: _plan, ...others } = operation;
    return { ...others, events };
  });
  const named = new Set<string>(Object.values(state.versions).map(({ deployment }) => deployment));
  for (const { versions } of releases) {
    for (const module of Object.values(versions)) for (const id of Object.values(module)) named.add(id);
  }
  for (const { plan, state: outcome } of operations) {
    if (outcome !== 'pending') continue;
    for (const { actions } of plan?.stages ?? []) {
      for (const action of actions) if (action.do === 'create') named.add(action.deployment);
    }
  }
  const deployments = Object.fromEntries(Object.entries(state.deployments).filter(([id]) => named.has(id)));
  return { ...state, releases, operations, deployments, hiddenOperations: state.hiddenOperations.slice(-20) };
}
