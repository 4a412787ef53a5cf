/** The routes of what can be looked at closer: requests by version, memory by instance, releases with all they hold. */
import type { InstanceHistory } from '../../model/instance-history.ts';
import { RECENT_TRAFFIC_MS } from '../../model/recent-traffic.ts';
import { paths } from '../../protocol/extension.ts';
import { views } from '../access/route-access.ts';
import { requireApplication } from '../changes.ts';
import type { DesiredState } from '../desired-state.ts';
import { liveVersion } from '../live-state.ts';
import { releaseView } from '../release-view.ts';
import type { Engine } from '../serving/engine.ts';
import { memoryLimit } from '../serving/memory-limit.ts';
import type { TrafficMeter } from '../usage/traffic-meter.ts';
import type { Route } from './route-table.ts';

export interface MonitoringParts {
  readonly desired: DesiredState;
  readonly engine: Engine;
  readonly traffic: TrafficMeter;
}

export function monitoringRoutes(parts: MonitoringParts): readonly Route[] {
  const pattern = (path: (id: string) => string) => path('KEEP').replace('KEEP', ':app');
  return [
    {
      method: 'GET',
      pattern: pattern(paths.recentTraffic),
      access: views,
      handler: ({ parameters, query }) => {
        const { id } = requireApplication(parts, parameters.app ?? '');
        const asked = Number(query.get('windowMs') ?? RECENT_TRAFFIC_MS);
        return parts.traffic.recent(id, Number.isFinite(asked) ? asked : RECENT_TRAFFIC_MS);
      },
    },
    {
      method: 'GET',
      pattern: pattern((id) => paths.release(id, 'KEPT')).replace('KEPT', ':release'),
      access: views,
      handler: ({ parameters }) => releaseView(parts, parameters.app ?? '', parameters.release ?? ''),
    },
    {
      method: 'GET',
      pattern: pattern(paths.instanceHistory),
      access: views,
      handler: ({ parameters }) => ({ instances: histories(parts, parameters.app ?? '') }),
    },
  ];
}

function histories(parts: MonitoringParts, application: string): readonly InstanceHistory[] {
  const { desired, engine } = parts;
  const { live } = requireApplication(parts, application);
  return engine.instances(application).flatMap(({ module, version, id }): InstanceHistory[] => {
    const deploymentId = liveVersion(live, module, version)?.deploymentId;
    const record = deploymentId === undefined ? undefined : desired.deployment(deploymentId);
    const inside = record && engine.inside(record.id, id);
    if (!inside) return [];
    return [{ module, version, id, memoryLimitBytes: memoryLimit(record.spec).bytes, points: inside.history() }];
  });
}
