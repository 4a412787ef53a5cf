/** The modules and versions of an application, as tables show them. */
import type { Module, Version } from '../model/application.ts';
import { defaultVersionOf } from '../model/traffic.ts';
import { describeApplication, requireModule, requireVersion } from './describe-application.ts';
import type { OperateContext } from './operate-context.ts';

export interface ListedVersion {
  readonly module: string;
  readonly version: string;
  /** 0 to 1. */
  readonly trafficShare: number;
  /** Has the largest share of its module's traffic. */
  readonly isDefault: boolean;
  readonly servingStatus: Version['servingStatus'];
  readonly runtime: string;
  readonly scaling: Version['spec']['scaling']['type'];
  /** Manual scaling only. */
  readonly instances?: number;
  readonly instanceClass: string;
  readonly deploymentId: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly files: number;
  readonly bytes: number;
  readonly url: string;
}

export interface ListedModule {
  readonly module: string;
  readonly versions: number;
  readonly traffic: Module['traffic'];
  readonly url: string;
}

/** Module by module, each with the version that takes most traffic first. */
export async function listVersions(
  context: OperateContext,
  query: { readonly application: string; readonly module?: string },
): Promise<readonly ListedVersion[]> {
  const application = await describeApplication(context, query.application);
  const modules = query.module === undefined ? application.modules : [requireModule(application, query.module)];
  return modules.flatMap((module) =>
    module.versions.map((version) => listed(module, version)).sort((a, b) => b.trafficShare - a.trafficShare),
  );
}

export async function listModules(context: OperateContext, application: string): Promise<readonly ListedModule[]> {
  const { modules } = await describeApplication(context, application);
  return modules.map(({ name, versions, traffic, url }) => ({ module: name, versions: versions.length, traffic, url }));
}

/** One version whole, its specification included. */
export async function describeVersion(
  context: OperateContext,
  name: { readonly application: string; readonly module: string; readonly version: string },
): Promise<ListedVersion & { readonly spec: Version['spec'] }> {
  const application = await describeApplication(context, name.application);
  const version = requireVersion(application, name.module, name.version);
  return { ...listed(requireModule(application, name.module), version), spec: version.spec };
}

function listed(module: Module, version: Version): ListedVersion {
  const { id, spec } = version;
  const instances = spec.scaling.type === 'manual' ? (version.instancesOverride ?? spec.scaling.instances) : undefined;
  return {
    module: module.name,
    version: id,
    trafficShare: module.traffic.allocations[id] ?? 0,
    isDefault: defaultVersionOf(module.traffic) === id,
    servingStatus: version.servingStatus,
    runtime: spec.runtime,
    scaling: spec.scaling.type,
    ...(instances === undefined ? {} : { instances }),
    instanceClass: spec.instanceClass,
    deploymentId: version.deploymentId,
    createdAt: version.createdAt,
    createdBy: version.createdBy,
    files: version.fileCount,
    bytes: version.diskUsage,
    url: version.url,
  };
}
