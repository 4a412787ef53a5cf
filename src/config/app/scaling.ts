/** Scaling and instance class of a version, from the values of its file. */
import { defaultInstanceClass, instanceClass, instanceClassesFor } from '../../model/instance-class.ts';
import type { AutomaticScaling, Scaling, ScalingType } from '../../model/scaling.ts';
import { DEFAULT_IDLE_TIMEOUT_MS } from '../../model/scaling.ts';
import type { Findings } from '../findings.ts';
import type { ValueOf } from '../shape/shape.ts';
import { quoteForMessage } from '../yaml/tree.ts';
import type { automaticScaling, basicScaling, manualScaling } from './scaling-keys.ts';
import { flexibleScalingKeys } from './scaling-keys.ts';

export interface ScalingValues {
  readonly automatic_scaling?: ValueOf<typeof automaticScaling>;
  readonly basic_scaling?: ValueOf<typeof basicScaling>;
  readonly manual_scaling?: ValueOf<typeof manualScaling>;
}

export function scalingOf(values: ScalingValues): Scaling {
  const { manual_scaling: manual, basic_scaling: basic, automatic_scaling: automatic } = values;
  if (manual !== undefined) return { type: 'manual', instances: manual.instances ?? 1 };
  if (basic !== undefined) {
    const idleTimeoutMs = basic.idle_timeout ?? DEFAULT_IDLE_TIMEOUT_MS;
    return { type: 'basic', maxInstances: basic.max_instances ?? 1, idleTimeoutMs };
  }
  return automatic === undefined ? { type: 'automatic' } : automaticOf(automatic);
}

type AutomaticValues = ValueOf<typeof automaticScaling>;

function automaticOf(values: AutomaticValues): AutomaticScaling {
  const settings = {
    minIdleInstances: set(values.min_idle_instances),
    maxIdleInstances: set(values.max_idle_instances),
    minPendingLatencyMs: set(values.min_pending_latency),
    maxPendingLatencyMs: set(values.max_pending_latency),
    maxConcurrentRequests: values.max_concurrent_requests,
    minInstances: values.min_instances,
    maxInstances: unlimitedAsAbsent(values.max_instances),
    targetCpuUtilization: values.target_cpu_utilization,
    targetThroughputUtilization: values.target_throughput_utilization,
    flexible: flexiblePart(values),
  };
  const present = Object.entries(settings).filter(([, value]) => value !== undefined);
  return { type: 'automatic', ...Object.fromEntries(present) };
}

function set(value: number | 'automatic' | undefined): number | undefined {
  return value === 'automatic' ? undefined : value;
}

/** Google's tools write 0 or the greatest 32-bit number for "no limit". */
function unlimitedAsAbsent(value: number | undefined): number | undefined {
  return value === 0 || value === 2_147_483_647 ? undefined : value;
}

function flexiblePart(values: AutomaticValues): Readonly<Record<string, unknown>> | undefined {
  const part = Object.entries(values).filter(([key]) => Object.hasOwn(flexibleScalingKeys, key));
  return part.length === 0 ? undefined : Object.fromEntries(part);
}

/** The class to use; a class that is unknown or does not go with the scaling type is reported. */
export function instanceClassOf(written: string | undefined, type: ScalingType, findings: Findings): string {
  if (written === undefined) return defaultInstanceClass(type);
  const path = ['instance_class'];
  const right = instanceClassesFor(type);
  const known = instanceClass(written);
  if (known === undefined) {
    const hint = `With ${type} scaling write one of: ${right.join(', ')}.`;
    findings.error('unknown-value', { path, message: `${quoteForMessage(written)} is not an instance class.`, hint });
  } else if (!right.includes(known.name)) {
    const message = `Instance class ${known.name} does not go with ${type} scaling.`;
    const hint = `With ${type} scaling write one of: ${right.join(', ')}.`;
    findings.error('conflicting-keys', { path, message, hint });
  }
  return known?.name ?? defaultInstanceClass(type);
}
