/** New secrets are a release: every version is deployed anew with them, beside the old ones, from the same files. */
import { failure } from '../errors.ts';
import { MAX_SECRETS } from '../model/secret.ts';
import { receivesTraffic } from '../model/traffic.ts';
import type { DesiredDeployment } from './deployment.ts';
import { changeVersion, emptyLiveState, type LiveState } from './live-state.ts';
import type { OperationContext, Outcome } from './operations.ts';
import { toDeployment } from './reconcile.ts';
import { abandonAll, prepareAll, type ReleaseParts } from './release.ts';
import type { SecretBindings } from './secrets/secret-bindings.ts';
import type { DeploymentRecord } from './stored-records.ts';

/** What the journal keeps: versions of values, never the values. */
export interface SecretsRequest {
  readonly application: string;
  readonly set: SecretBindings;
  readonly unset: readonly string[];
  readonly isStaged: boolean;
  readonly requestId: string;
  readonly createdBy: string;
}

/** @throws AppcfgError `secret.not-found`, `secret.too-many`, or why a version did not start; nothing is changed then */
export async function changeSecrets(
  parts: ReleaseParts,
  request: SecretsRequest,
  context: OperationContext,
): Promise<Outcome> {
  const live = parts.desired.application(request.application)?.live ?? emptyLiveState;
  const secrets = changedSecrets(live, request);
  const created = request.isStaged ? [] : redeployed(parts, live, secrets, request.createdBy);
  let next: LiveState = { ...live, secrets };
  for (const { id, module, version } of created) {
    next = changeVersion(next, module, version, (value) => ({ ...value, deploymentId: id }));
  }
  const wanted = created.flatMap((record) => wantedOf(parts, next, record));
  await prepareAll(parts, wanted, context);
  const changes = [
    ...Object.keys(request.set).map((name) => `secret ${name}`),
    ...request.unset.map((name) => `no secret ${name}`),
  ];
  return {
    live: next,
    abandon: () => abandonAll(parts, wanted),
    deployments: created,
    ...(created.length === 0 ? {} : { release: { createdAt: now(parts), createdBy: request.createdBy, changes } }),
    onCommitted: () => {
      parts.reconcile();
      for (const { module, version } of created) {
        context.emit({ type: 'version-phase', module, version, phase: 'live' });
      }
    },
  };
}

function changedSecrets(live: LiveState, { application, set, unset }: SecretsRequest): SecretBindings {
  const secrets = { ...live.secrets, ...set };
  for (const name of unset) {
    if (!Object.hasOwn(secrets, name)) {
      throw failure('secret.not-found', { application, name, known: Object.keys(live.secrets ?? {}).sort() });
    }
    delete secrets[name];
  }
  const count = Object.keys(secrets).length;
  if (count > MAX_SECRETS) throw failure('secret.too-many', { application, count, most: MAX_SECRETS });
  return secrets;
}

function redeployed(
  parts: ReleaseParts,
  live: LiveState,
  secrets: SecretBindings,
  createdBy: string,
): readonly DeploymentRecord[] {
  return Object.values(live.modules).flatMap(({ versions }) =>
    Object.values(versions).flatMap(({ deploymentId }) => {
      const record = parts.desired.deployment(deploymentId);
      return record ? [{ ...record, id: parts.newDeploymentId(), secrets, createdAt: now(parts), createdBy }] : [];
    }),
  );
}

/** Those that requests go to must be up before the swap; the others start when they are needed. */
function wantedOf(parts: ReleaseParts, live: LiveState, record: DeploymentRecord): readonly DesiredDeployment[] {
  const module = live.modules[record.module];
  const version = module?.versions[record.version];
  if (!module || version?.servingStatus !== 'serving' || !receivesTraffic(module.split, record.version)) return [];
  return [
    {
      deployment: toDeployment(record, parts),
      servingStatus: 'serving',
      ...(version.instances === undefined ? {} : { instances: version.instances }),
      receivesTraffic: true,
    },
  ];
}

function now({ clock }: Pick<ReleaseParts, 'clock'>): string {
  return new Date(clock.now()).toISOString();
}
