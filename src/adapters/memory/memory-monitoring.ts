/** Rates and latencies of the memory backend, from the requests in its logs. */
import type { LogsRole } from '../../backend/backend.ts';
import type { MonitoringRole } from '../../backend/operator-roles.ts';
import type { LogRecord, RequestLog } from '../../model/log.ts';
import { RECENT_TRAFFIC_MS, type VersionTraffic } from '../../model/recent-traffic.ts';
import type { Clock } from '../../support/clock.ts';
import type { MemoryStore } from './memory-store.ts';

export function memoryMonitoring(store: MemoryStore, logs: LogsRole, clock: Clock): MonitoringRole {
  return {
    recentTraffic: async (application, { windowMs = RECENT_TRAFFIC_MS } = {}) => {
      store.require(application);
      const query = { application, kind: 'request', sinceMs: clock.now() - windowMs } as const;
      const groups = new Map<string, RequestLog[]>();
      for (const request of requestsOf(await logs.query(query))) {
        const key = `${request.module} ${request.version}`;
        groups.set(key, [...(groups.get(key) ?? []), request]);
      }
      return { windowMs, versions: [...groups.values()].map((requests) => trafficOf(requests, windowMs)) };
    },
  };
}

function requestsOf(records: readonly LogRecord[]): readonly RequestLog[] {
  return records.filter((record): record is RequestLog => record.kind === 'request' && record.flush === undefined);
}

function trafficOf(requests: readonly RequestLog[], windowMs: number): VersionTraffic {
  const [first] = requests;
  const latencies = requests.map(({ latencyMs }) => latencyMs).sort((one, other) => one - other);
  const percentile = (share: number) => latencies[Math.ceil(latencies.length * share) - 1] ?? 0;
  return {
    module: first?.module ?? '',
    version: first?.version ?? '',
    requests: requests.length,
    errors: requests.filter(({ status }) => status >= 500).length,
    requestsPerSecond: (requests.length * 1000) / windowMs,
    latencyP50Ms: percentile(0.5),
    latencyP95Ms: percentile(0.95),
  };
}
