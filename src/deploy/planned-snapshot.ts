/** What would be live after a plan: for comparing the files here with what is live. Pure. */
import type { ModuleSnapshot, ReleaseSnapshot, VersionSnapshot } from '../model/release-snapshot.ts';
import type { DeployPlan } from './deploy-plan.ts';
import { releaseRequest } from './steps.ts';

export function plannedSnapshot(live: ReleaseSnapshot, plan: DeployPlan): ReleaseSnapshot {
  const { uploads, traffic, settings, stop } = releaseRequest(plan, { requestId: 'only-compared' });
  const modules: Record<string, ModuleSnapshot> = { ...live.modules };
  for (const { module, version, spec, manifest } of uploads) {
    const uploaded: VersionSnapshot = { servingStatus: 'serving', spec, files: manifest.files };
    const known = modules[module] ?? { traffic: { shardBy: 'ip', allocations: { [version]: 1 } }, versions: {} };
    modules[module] = { ...known, versions: { ...known.versions, [version]: uploaded } };
  }
  for (const [name, split] of Object.entries(traffic)) {
    const module = modules[name];
    if (module) modules[name] = { ...module, traffic: split };
  }
  for (const { module, version } of stop) {
    const known = modules[module];
    const stopped = known?.versions[version];
    if (!known || !stopped) continue;
    modules[module] = {
      ...known,
      versions: { ...known.versions, [version]: { ...stopped, servingStatus: 'stopped' } },
    };
  }
  return { modules, settings: { ...live.settings, ...settings } };
}
