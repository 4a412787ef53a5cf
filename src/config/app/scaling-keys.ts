/** The keys of the three scaling blocks. */
import { idleTimeout, latency } from '../durations.ts';
import { choice, integer, list, number, object, parsedText, text } from '../shape/build.ts';
import type { Parsed, RetiredKey } from '../shape/shape.ts';

function parseIdleCount(value: string): Parsed<number | 'automatic'> {
  if (value === 'automatic') return { value };
  return /^\d{1,9}$/.test(value) ? { value: Number(value) } : { problem: 'must be digits, or automatic' };
}

const idleCount = parsedText('a number of idle instances', parseIdleCount, {
  form: 'digits or automatic',
  pattern: '^(\\d+|automatic)$',
  example: '2',
});

const count = integer({ minimum: 1 });
const utilization = number({ minimum: 0.5, maximum: 0.95 });

const customMetricKeys = {
  metric_name: {
    shape: text(),
    isRequired: true,
    docs: 'Name of the metric.',
    example: 'custom.googleapis.com/queue_depth',
  },
  target_type: {
    shape: choice(['GAUGE', 'DELTA_PER_SECOND', 'DELTA_PER_MINUTE']),
    isRequired: true,
    docs: 'How the metric is read.',
    example: 'GAUGE',
  },
  target_utilization: {
    shape: number(),
    docs: 'Value to hold in each instance. This or `single_instance_assignment`.',
  },
  single_instance_assignment: { shape: number(), docs: 'Work one instance takes on. This or `target_utilization`.' },
  filter: { shape: text(), docs: 'Filter of the metric.' },
} as const;

const customMetric = object('a custom metric', customMetricKeys, {
  check: (metric, { path, findings }) => {
    const hasTarget = metric.target_utilization !== undefined;
    if (hasTarget !== (metric.single_instance_assignment !== undefined)) return;
    const message = `A custom metric has ${hasTarget ? 'only one' : 'one'} of target_utilization and single_instance_assignment.`;
    findings.error('conflicting-keys', {
      path,
      message,
      hint: hasTarget ? 'Delete one of them.' : 'Add target_utilization: 0.5',
    });
  },
});

const cpuUtilization = object('cpu_utilization', {
  target_utilization: { shape: number({ minimum: 0.000_001, maximum: 1 }), docs: 'CPU use to hold.', default: '0.5' },
  aggregation_window_length_sec: { shape: count, docs: 'Seconds over which use is averaged.' },
});

/** Keys that only the flexible environment acts on. */
export const flexibleScalingKeys = {
  min_num_instances: { shape: count, docs: 'Flexible environment: least number of instances.', default: '2' },
  max_num_instances: { shape: count, docs: 'Flexible environment: greatest number of instances.', default: '20' },
  cool_down_period_sec: {
    shape: integer({ minimum: 60 }),
    docs: 'Flexible environment: seconds between changes.',
    default: '120',
  },
  cpu_utilization: { shape: cpuUtilization, docs: 'Flexible environment: CPU use to hold.' },
  target_network_sent_bytes_per_sec: { shape: count, docs: 'Flexible environment: network use to hold.' },
  target_network_sent_packets_per_sec: { shape: count, docs: 'Flexible environment: network use to hold.' },
  target_network_received_bytes_per_sec: { shape: count, docs: 'Flexible environment: network use to hold.' },
  target_network_received_packets_per_sec: { shape: count, docs: 'Flexible environment: network use to hold.' },
  target_disk_write_bytes_per_sec: { shape: count, docs: 'Flexible environment: disk use to hold.' },
  target_disk_write_ops_per_sec: { shape: count, docs: 'Flexible environment: disk use to hold.' },
  target_disk_read_bytes_per_sec: { shape: count, docs: 'Flexible environment: disk use to hold.' },
  target_disk_read_ops_per_sec: { shape: count, docs: 'Flexible environment: disk use to hold.' },
  target_request_count_per_sec: { shape: count, docs: 'Flexible environment: requests a second to hold.' },
  target_concurrent_requests: { shape: count, docs: 'Flexible environment: requests at a time to hold.' },
  custom_metrics: { shape: list(customMetric), docs: 'Flexible environment: metrics of your own to scale by.' },
} as const;

const automaticKeys = {
  min_idle_instances: {
    shape: idleCount,
    docs: 'Instances kept ready above those that the load needs.',
    default: 'automatic',
  },
  max_idle_instances: { shape: idleCount, docs: 'Idle instances above which some are stopped.', default: 'automatic' },
  min_pending_latency: {
    shape: latency(),
    docs: 'Time a request waits before a new instance may be started.',
    default: 'automatic',
  },
  max_pending_latency: {
    shape: latency(),
    docs: 'Time a request waits before a new instance must be started.',
    default: 'automatic',
  },
  max_concurrent_requests: { shape: count, docs: 'Requests that one instance takes at a time.', default: '10' },
  min_instances: { shape: integer({ minimum: 0 }), docs: 'Instances kept at all times.', default: '0' },
  max_instances: { shape: integer({ minimum: 0 }), docs: 'Most instances; 0 means no limit.', default: 'no limit' },
  target_cpu_utilization: { shape: utilization, docs: 'CPU use above which instances are added.', default: '0.6' },
  target_throughput_utilization: {
    shape: utilization,
    docs: 'Share of `max_concurrent_requests` above which instances are added.',
    default: '0.6',
  },
  ...flexibleScalingKeys,
} as const;

const ordered = [
  ['min_idle_instances', 'max_idle_instances'],
  ['min_pending_latency', 'max_pending_latency'],
  ['min_instances', 'max_instances'],
  ['min_num_instances', 'max_num_instances'],
] as const;

/** It is a setting of how requests are spread, so people look for it here. */
const retired: Readonly<Record<string, RetiredKey>> = {
  session_affinity: {
    severity: 'error',
    message: '"session_affinity" stands below network.',
    hint: 'Write network: at the beginning of a line, and session_affinity: below it, indented.',
  },
};

export const automaticScaling = object('automatic_scaling', automaticKeys, {
  retired,
  check: (scaling, { path, findings }) => {
    for (const [low, high] of ordered) {
      const least = scaling[low];
      const most = scaling[high];
      if (typeof least !== 'number' || typeof most !== 'number' || least <= most) continue;
      // No limit, as Google's tools write it.
      if (high === 'max_instances' && most === 0) continue;
      const message = `${low} is greater than ${high}.`;
      findings.error('out-of-range', { path: [...path, low], message, hint: `Make ${low} at most ${high}.` });
    }
  },
});

export const basicScaling = object(
  'basic_scaling',
  {
    max_instances: { shape: count, isRequired: true, example: '5', docs: 'Most instances.' },
    idle_timeout: {
      shape: idleTimeout(),
      docs: 'Time without a request after which an instance is stopped.',
      default: '5m',
    },
  },
  { retired },
);

export const manualScaling = object(
  'manual_scaling',
  { instances: { shape: count, isRequired: true, example: '1', docs: 'Number of instances, always running.' } },
  { retired },
);
