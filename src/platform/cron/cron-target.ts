/** Where a cron job's request goes: `target` is a module, or a version, or `module:version`. */
import type { HostTarget } from '../../model/host.ts';
import { DEFAULT_MODULE } from '../../model/names.ts';
import type { LiveState } from '../live-state.ts';

/** undefined: no target, so dispatch rules and then the default module decide. */
export function cronTarget(live: LiveState, target: string | undefined): HostTarget | undefined {
  if (target === undefined) return undefined;
  const [module, version] = target.split(':');
  if (module !== undefined && version !== undefined) return { module, version };
  if (live.modules[target]) return { module: target };
  return { module: DEFAULT_MODULE, version: target };
}
