/** A stored release with everything in it, for whoever compares. */
import { failure } from '../errors.ts';
import { LIVE, type ModuleSnapshot, type ReleaseSnapshot, type VersionSnapshot } from '../model/release-snapshot.ts';
import { requireApplication } from './changes.ts';
import type { DesiredState } from './desired-state.ts';
import type { LiveModule } from './live-state.ts';
import type { DeploymentRecord } from './stored-records.ts';

/** @throws AppcfgError `application.not-found`, `release.not-found` */
export function releaseView(
  { desired }: { readonly desired: DesiredState },
  application: string,
  release: string,
): ReleaseSnapshot {
  const record = requireApplication({ desired }, application);
  const isLive = release === LIVE || release === record.currentRelease;
  const state = isLive ? record.live : desired.releaseState(record.id, release);
  if (!state) throw failure('release.not-found', { application: record.id, release });
  const deployments = desired.deployments(record.id);
  const modules = Object.entries(state.modules).map(([name, module]): [string, ModuleSnapshot] => [
    name,
    { traffic: module.split, versions: versionsOf(module, deployments, desired) },
  ]);
  return { modules: Object.fromEntries(modules), settings: state.settings };
}

function versionsOf(
  module: LiveModule,
  deployments: ReadonlyMap<string, DeploymentRecord>,
  desired: DesiredState,
): Readonly<Record<string, VersionSnapshot>> {
  const versions = Object.entries(module.versions).flatMap(([id, live]): [string, VersionSnapshot][] => {
    const record = deployments.get(live.deploymentId);
    if (!record) return [];
    const files = desired.manifest(record.manifestDigest)?.files ?? [];
    return [[id, { servingStatus: live.servingStatus, spec: record.spec, files }]];
  });
  return Object.fromEntries(versions);
}
