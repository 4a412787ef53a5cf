/** What runs and how it does, as one frame: modules, versions, instances, requests, latency, memory, errors. */
import { requireRole } from '../backend/require-role.ts';
import { failure } from '../errors.ts';
import type { InstanceSummary } from '../model/instance.ts';
import type { VersionTraffic } from '../model/recent-traffic.ts';
import type { OperateContext } from './operate-context.ts';

export interface TopRow {
  readonly application: string;
  readonly module: string;
  readonly version: string;
  readonly servingStatus: 'serving' | 'stopped';
  /** 0 to 1. */
  readonly trafficShare: number;
  /** Ready ones, and those that are not. */
  readonly instances: number;
  readonly notReady: number;
  readonly requestsInFlight: number;
  readonly requestsPerSecond: number;
  /** Milliseconds; absent when nothing was asked. */
  readonly latencyP50Ms?: number;
  readonly latencyP95Ms?: number;
  /** Answers with status 500 and above, in the window. */
  readonly errors: number;
  readonly memoryBytes: number;
}

export interface TopFrame {
  /** RFC 3339, UTC. */
  readonly time: string;
  /** What rates, latencies and errors are of. */
  readonly windowMs: number;
  readonly rows: readonly TopRow[];
}

export const topOrders = ['name', 'requests', 'latency', 'memory', 'errors'] as const;
export type TopOrder = (typeof topOrders)[number];

/** Of one application, or of all. @throws AppcfgError `backend.unsupported`, `application.not-found` */
export async function topFrame(
  context: OperateContext,
  { application, windowMs }: { readonly application?: string | undefined; readonly windowMs: number },
): Promise<TopFrame> {
  const { backend, clock, signal } = context;
  const ids = application === undefined ? await backend.applications({ signal }) : [application];
  const rows = await Promise.all(ids.map((id) => applicationRows(context, id, windowMs)));
  if (application !== undefined && rows[0] === undefined) throw failure('application.not-found', { application });
  return { time: new Date(clock.now()).toISOString(), windowMs, rows: rows.flatMap((found) => found ?? []) };
}

/** The largest first; names from a to z. */
export function sortRows(rows: readonly TopRow[], order: TopOrder): readonly TopRow[] {
  const value: Readonly<Record<Exclude<TopOrder, 'name'>, (row: TopRow) => number>> = {
    requests: (row) => row.requestsPerSecond,
    latency: (row) => row.latencyP95Ms ?? -1,
    memory: (row) => row.memoryBytes,
    errors: (row) => row.errors,
  };
  const byName = [...rows].sort((one, other) => nameOf(one).localeCompare(nameOf(other)));
  if (order === 'name') return byName;
  return byName.sort((one, other) => value[order](other) - value[order](one));
}

function nameOf({ application, module, version }: TopRow): string {
  return `${application} ${module} ${version}`;
}

/** undefined when there is no such application, or it went meanwhile. */
async function applicationRows(
  { backend, signal }: OperateContext,
  id: string,
  windowMs: number,
): Promise<readonly TopRow[] | undefined> {
  const { recentTraffic } = requireRole(backend, 'monitoring');
  const application = await backend.describe(id, { signal });
  if (!application) return undefined;
  const [traffic, instances = []] = await Promise.all([
    recentTraffic(id, { signal, windowMs }),
    backend.instances?.list(id, { signal }),
  ]);
  return application.modules.flatMap(({ name: module, versions, traffic: split }) =>
    versions.map(({ id: version, servingStatus }) => ({
      application: id,
      module,
      version,
      servingStatus,
      trafficShare: split.allocations[version] ?? 0,
      ...instanceFigures(instances.filter((one) => one.module === module && one.version === version)),
      ...trafficFigures(traffic.versions.find((one) => one.module === module && one.version === version)),
    })),
  );
}

function instanceFigures(instances: readonly InstanceSummary[]) {
  const ready = instances.filter(({ state }) => state === 'ready').length;
  return {
    instances: ready,
    notReady: instances.length - ready,
    requestsInFlight: instances.reduce((sum, { requestsInFlight }) => sum + requestsInFlight, 0),
    memoryBytes: instances.reduce((sum, { memoryBytes = 0 }) => sum + memoryBytes, 0),
  };
}

function trafficFigures(traffic: VersionTraffic | undefined) {
  return {
    requestsPerSecond: traffic?.requestsPerSecond ?? 0,
    errors: traffic?.errors ?? 0,
    ...(traffic?.latencyP50Ms === undefined ? {} : { latencyP50Ms: traffic.latencyP50Ms }),
    ...(traffic?.latencyP95Ms === undefined ? {} : { latencyP95Ms: traffic.latencyP95Ms }),
  };
}
