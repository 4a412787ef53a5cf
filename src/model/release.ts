/** A release: everything one deploy makes live, in one step. */
import type { AskedDeploy } from './asked-deploy.ts';
import type { Manifest } from './manifest.ts';
import type { Settings } from './settings.ts';
import type { SourceCommit } from './source-commit.ts';
import type { TrafficSplit } from './traffic.ts';
import type { VersionSpec } from './version-spec.ts';

/** A version to create or replace. */
export interface VersionUpload {
  readonly module: string;
  readonly version: string;
  readonly spec: VersionSpec;
  readonly manifest: Manifest;
}

/** What a backend is asked to make live at one instant. */
export interface ReleaseRequest {
  readonly application: string;
  /** Chosen by the client: a repeated request with the same id is the same release. */
  readonly requestId: string;
  readonly uploads: readonly VersionUpload[];
  /** Module -> new split; modules that are not named keep theirs. */
  readonly traffic: Readonly<Record<string, TrafficSplit>>;
  /** Kinds that are present replace the current ones as a whole. */
  readonly settings: Partial<Settings>;
  /** Versions to stop once traffic has moved (gcloud's --stop-previous-version). */
  readonly stop: readonly { readonly module: string; readonly version: string }[];
  /** The release this one was planned against; the backend refuses when another one became live since. */
  readonly basedOn?: string;
  /** The exact state this one was planned against (`Application.stateDigest`): whatever moved since, it is refused. */
  readonly basedOnState?: string;
  /** Adds to whatever is live when its turn comes: for clients that plan without knowing releases. */
  readonly onAnyRelease?: boolean;
  readonly asked?: AskedDeploy;
  readonly createdBy: string;
  readonly message?: string;
  readonly commit?: SourceCommit;
}

/** A pinned release stays, with all it needs, whatever is collected. */
export interface ReleasePin {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly by: string;
  readonly reason?: string;
}

export interface ReleaseSummary {
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly createdBy: string;
  readonly message?: string;
  /** Where the deployed files came from; absent where that was no git repository. */
  readonly commit?: SourceCommit;
  readonly isCurrent: boolean;
  /** Absent for one that is collected when its time comes. */
  readonly pin?: ReleasePin;
  /** What it changed, for people: `default:uno`, `dispatch`. */
  readonly changes: readonly string[];
  /** Module -> version -> deployment id of everything live in it. */
  readonly versions: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
