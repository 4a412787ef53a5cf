/** Desired state -> the engine and the router. Idempotent; the swap happens within one tick. */

import type { ScalingType } from '../model/scaling.ts';
import { receivesTraffic } from '../model/traffic.ts';
import type { Deployment, DesiredDeployment } from './deployment.ts';
import type { DesiredState } from './desired-state.ts';
import type { RoutedApplication, RoutedModule, RoutedVersion, RoutingTable } from './router/routing-table.ts';
import type { Engine } from './serving/engine.ts';
import type { ApplicationRecord, DeploymentRecord } from './stored-records.ts';

/** What the outside sees of an application besides its modules. */
export type Edge = Pick<RoutedApplication, 'firewall' | 'domains' | 'certificates'>;

export interface ReconcileOptions {
  readonly desired: DesiredState;
  readonly engine: Engine;
  readonly swap: (table: RoutingTable) => void;
  readonly directoryOf: (application: string, manifestDigest: string) => string;
  readonly defaultHostname: (application: string) => string;
  readonly edgeOf?: (application: string) => Edge;
  /** Whether instances of this scaling may not run today. */
  readonly isOverQuota?: (application: string, scaling: ScalingType) => boolean;
}

export type Reconcile = () => void;

export function createReconcile(options: ReconcileOptions): Reconcile {
  return () => {
    const applications = options.desired.applications();
    const deployments = new Map<string, DesiredDeployment>();
    for (const application of applications) collectDeployments(application, options, deployments);
    // Both in one tick: no request sees the new table with the old pools or the reverse.
    options.engine.setDesired([...deployments.values()]);
    options.swap({
      applications: new Map(applications.map((record) => [record.id, routed(record, options, deployments)])),
    });
  };
}

/** The running form of a stored deployment. */
export function toDeployment(
  record: DeploymentRecord,
  options: Pick<ReconcileOptions, 'directoryOf' | 'defaultHostname'>,
): Deployment {
  return {
    application: record.application,
    module: record.module,
    version: record.version,
    deploymentId: record.id,
    spec: record.spec,
    ...(record.secrets === undefined ? {} : { secrets: record.secrets }),
    directory: options.directoryOf(record.application, record.manifestDigest),
    defaultHostname: options.defaultHostname(record.application),
  };
}

function collectDeployments(
  application: ApplicationRecord,
  options: ReconcileOptions,
  found: Map<string, DesiredDeployment>,
): void {
  const records = options.desired.deployments(application.id);
  for (const module of Object.values(application.live.modules)) {
    for (const [version, live] of Object.entries(module.versions)) {
      const record = records.get(live.deploymentId);
      if (!record) continue;
      found.set(record.id, {
        deployment: toDeployment(record, options),
        servingStatus: live.servingStatus,
        ...(live.instances === undefined ? {} : { instances: live.instances }),
        receivesTraffic: receivesTraffic(module.split, version),
        isOverQuota: options.isOverQuota?.(record.application, record.spec.scaling.type) === true,
      });
    }
  }
}

function routed(
  application: ApplicationRecord,
  { engine, edgeOf }: Pick<ReconcileOptions, 'engine' | 'edgeOf'>,
  deployments: ReadonlyMap<string, DesiredDeployment>,
): RoutedApplication {
  const modules = new Map<string, RoutedModule>();
  for (const [name, module] of Object.entries(application.live.modules)) {
    const versions = new Map<string, RoutedVersion>();
    for (const [version, live] of Object.entries(module.versions)) {
      const deployment = deployments.get(live.deploymentId)?.deployment;
      const pool = engine.pool(live.deploymentId);
      if (deployment && pool) versions.set(version, { deployment, pool });
    }
    const isInternalOnly = module.ingress !== undefined && module.ingress !== 'all';
    modules.set(name, { name, split: module.split, versions, isInternalOnly });
  }
  const { dispatch, dos } = application.live.settings;
  const release = application.currentRelease ?? '';
  return { id: application.id, release, modules, dispatch, dos, ...edgeOf?.(application.id) };
}
