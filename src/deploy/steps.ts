/** What the executor does for a plan: few steps, each a request of its own to the backend. Pure. */
import type { BlobSource } from '../backend/backend.ts';
import type { AskedDeploy } from '../model/asked-deploy.ts';
import type { Manifest } from '../model/manifest.ts';
import type { ReleaseRequest } from '../model/release.ts';
import type { Settings } from '../model/settings.ts';
import type { SourceCommit } from '../model/source-commit.ts';
import type { TrafficSplit } from '../model/traffic.ts';
import type { DeployPlan } from './deploy-plan.ts';
import type { PackagedModule } from './package-modules.ts';

export type DeployStep =
  | {
      readonly kind: 'send-files';
      readonly application: string;
      readonly blobs: readonly BlobSource[];
      readonly trees: readonly Manifest[];
    }
  | { readonly kind: 'commit-release'; readonly request: ReleaseRequest };

/** Digests of everything that the backend must have before it can make the plan live. */
export function neededDigests(plan: DeployPlan): readonly string[] {
  const digests = new Set<string>();
  for (const { manifest } of uploadsOf(plan)) for (const file of manifest.files) digests.add(file.digest);
  return [...digests];
}

/** Of everything that is created or replaced. */
export function neededTrees(plan: DeployPlan): readonly Manifest[] {
  return uploadsOf(plan).map(({ manifest }) => manifest);
}

interface StepFacts {
  readonly requestId: string;
  /** Refused whenever anything moved since the plan was made, not only when another release came. */
  readonly isExact?: boolean;
  readonly commit?: SourceCommit;
  readonly asked?: AskedDeploy;
}

export function deploySteps(plan: DeployPlan, blobs: readonly BlobSource[], facts: StepFacts): readonly DeployStep[] {
  const commit: DeployStep = { kind: 'commit-release', request: releaseRequest(plan, facts) };
  if (blobs.length === 0) return [commit];
  return [{ kind: 'send-files', application: plan.application, blobs, trees: neededTrees(plan) }, commit];
}

export function releaseRequest(
  plan: DeployPlan,
  { requestId, isExact = false, commit, asked }: StepFacts,
): ReleaseRequest {
  const traffic: Record<string, TrafficSplit> = {};
  let settings: Partial<Settings> = {};
  const stop: { readonly module: string; readonly version: string }[] = [];
  for (const change of plan.changes) {
    if (change.kind === 'set-traffic') traffic[change.module] = change.after;
    if (change.kind === 'replace-settings') settings = { ...settings, ...change.value };
    if (change.kind === 'stop-version') stop.push({ module: change.module, version: change.version });
  }
  const basedOn = plan.current?.currentRelease;
  const state = isExact ? plan.current?.stateDigest : undefined;
  return {
    application: plan.application,
    requestId,
    uploads: uploadsOf(plan).map(({ module, version, spec, manifest }) => ({ module, version, spec, manifest })),
    traffic,
    settings,
    stop,
    ...(basedOn === undefined ? {} : { basedOn }),
    ...(state === undefined ? {} : { basedOnState: state }),
    ...(asked === undefined ? {} : { asked }),
    createdBy: plan.createdBy,
    ...(plan.message === undefined ? {} : { message: plan.message }),
    ...(commit === undefined ? {} : { commit }),
  };
}

function uploadsOf(plan: DeployPlan): readonly PackagedModule[] {
  return plan.changes.flatMap((change) =>
    change.kind === 'create-version' || change.kind === 'replace-version' ? [change.packaged] : [],
  );
}
