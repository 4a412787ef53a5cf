/** Routing tables for tests of the pure parts: nothing behind them. */
import type { Scaling } from '../../../../src/model/scaling.ts';
import { allTrafficTo } from '../../../../src/model/traffic.ts';
import type { RoutedApplication, RoutedModule, RoutingTable } from '../../../../src/platform/router/routing-table.ts';
import type { VersionPool } from '../../../../src/platform/serving/version-pool.ts';
import { staticSpec } from '../../../sample-spec.ts';

const pool: VersionPool = { claim: () => ({ kind: 'refused', refusal: 'stopped', reason: 'nothing runs here' }) };

export const manual: Scaling = { type: 'manual', instances: 2 };
export const automatic: Scaling = { type: 'automatic' };

export interface AppShape {
  readonly id: string;
  /** Module -> version -> scaling; the first version takes the traffic. */
  readonly modules: Readonly<Record<string, Readonly<Record<string, Scaling>>>>;
  readonly suffix?: string;
  readonly domains?: readonly string[];
}

export function routes(...shapes: readonly AppShape[]): RoutingTable {
  return { applications: new Map(shapes.map((shape) => [shape.id, applicationOf(shape)])) };
}

function applicationOf({ id, modules, suffix = 'localhost:8080', domains }: AppShape): RoutedApplication {
  const routed = new Map<string, RoutedModule>();
  for (const [name, versions] of Object.entries(modules)) {
    const entries = Object.entries(versions).map(([version, scaling]) => {
      const deployment = {
        application: id,
        module: name,
        version,
        deploymentId: `${id}.${name}.${version}`,
        spec: staticSpec({ scaling }),
        directory: '/nowhere',
        defaultHostname: `${id}.${suffix}`,
      };
      return [version, { deployment, pool }] as const;
    });
    routed.set(name, { name, split: allTrafficTo(entries[0]?.[0] ?? ''), versions: new Map(entries) });
  }
  return { id, release: 'r1', modules: routed, dispatch: [], dos: [], ...(domains ? { domains } : {}) };
}
