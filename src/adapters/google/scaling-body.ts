/** How instances come and go, as the Admin API has it. Pure. */
import type { Scaling } from '../../model/scaling.ts';
import { durationOfMs } from '../../protocol/admin/duration.ts';

type Json = Readonly<Record<string, unknown>>;

export function scalingBody(scaling: Scaling): Json {
  switch (scaling.type) {
    case 'manual':
      return { manualScaling: { instances: scaling.instances } };
    case 'basic':
      return { basicScaling: { maxInstances: scaling.maxInstances, idleTimeout: durationOfMs(scaling.idleTimeoutMs) } };
    case 'automatic': {
      const automatic = scaling.flexible === undefined ? standardScaling(scaling) : flexibleScaling(scaling.flexible);
      return Object.keys(automatic).length === 0 ? {} : { automaticScaling: automatic };
    }
  }
}

type Automatic = Extract<Scaling, { readonly type: 'automatic' }>;

function standardScaling(scaling: Automatic): Json {
  const duration = (ms: number | undefined) => (ms === undefined ? undefined : durationOfMs(ms));
  const scheduler = defined({
    minInstances: scaling.minInstances,
    maxInstances: scaling.maxInstances,
    targetCpuUtilization: scaling.targetCpuUtilization,
    targetThroughputUtilization: scaling.targetThroughputUtilization,
  });
  return defined({
    minIdleInstances: scaling.minIdleInstances,
    maxIdleInstances: scaling.maxIdleInstances,
    minPendingLatency: duration(scaling.minPendingLatencyMs),
    maxPendingLatency: duration(scaling.maxPendingLatencyMs),
    maxConcurrentRequests: scaling.maxConcurrentRequests,
    standardSchedulerSettings: Object.keys(scheduler).length === 0 ? undefined : scheduler,
  });
}

/** Keys of app.yaml -> where the API has them. */
const flexibleKeys: Readonly<Record<string, readonly [group: string, field: string]>> = {
  target_network_sent_bytes_per_sec: ['networkUtilization', 'targetSentBytesPerSecond'],
  target_network_sent_packets_per_sec: ['networkUtilization', 'targetSentPacketsPerSecond'],
  target_network_received_bytes_per_sec: ['networkUtilization', 'targetReceivedBytesPerSecond'],
  target_network_received_packets_per_sec: ['networkUtilization', 'targetReceivedPacketsPerSecond'],
  target_disk_write_bytes_per_sec: ['diskUtilization', 'targetWriteBytesPerSecond'],
  target_disk_write_ops_per_sec: ['diskUtilization', 'targetWriteOpsPerSecond'],
  target_disk_read_bytes_per_sec: ['diskUtilization', 'targetReadBytesPerSecond'],
  target_disk_read_ops_per_sec: ['diskUtilization', 'targetReadOpsPerSecond'],
  target_request_count_per_sec: ['requestUtilization', 'targetRequestCountPerSecond'],
  target_concurrent_requests: ['requestUtilization', 'targetConcurrentRequests'],
};

function flexibleScaling(written: Json): Json {
  const groups: Record<string, Record<string, unknown>> = {};
  for (const [key, [group, field]] of Object.entries(flexibleKeys)) {
    if (written[key] === undefined) continue;
    groups[group] = { ...groups[group], [field]: written[key] };
  }
  const { cpu_utilization: cpu, cool_down_period_sec: coolDown } = written as {
    readonly cpu_utilization?: {
      readonly target_utilization?: number;
      readonly aggregation_window_length_sec?: number;
    };
    readonly cool_down_period_sec?: number;
  };
  return defined({
    minTotalInstances: written.min_num_instances,
    maxTotalInstances: written.max_num_instances,
    coolDownPeriod: coolDown === undefined ? undefined : `${coolDown}s`,
    cpuUtilization:
      cpu &&
      defined({
        targetUtilization: cpu.target_utilization,
        aggregationWindowLength:
          cpu.aggregation_window_length_sec === undefined ? undefined : `${cpu.aggregation_window_length_sec}s`,
      }),
    ...groups,
  });
}

function defined(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
