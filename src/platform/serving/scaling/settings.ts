/** From a version's file to the numbers that its scaler and its pool go by, defaults applied (runtime facts 2.1). */
import type { AutomaticScaling } from '../../../model/scaling.ts';
import { isStaticOnly, STATIC_RUNTIME } from '../../../model/static-only.ts';
import type { VersionSpec } from '../../../model/version-spec.ts';
import type { DesiredDeployment } from '../../deployment.ts';
import type { EngineLimits } from '../limits.ts';
import { type AutomaticSettings, decideAutomatic, throughputTarget } from './automatic.ts';
import { type BasicSettings, decideBasic } from './basic.ts';
import type { ScalingDecision, ScalingSnapshot } from './decision.ts';
import { decideManual } from './manual.ts';

export type ScalingSettings =
  | { readonly type: 'manual'; readonly instances: number; readonly concurrency: number }
  | ({ readonly type: 'basic' } & BasicSettings)
  | ({ readonly type: 'automatic' } & AutomaticSettings);

/** App Engine docs, max_concurrent_requests. */
const AUTOMATIC_CONCURRENCY = 10;
/** S3 sets no limit for manual and basic scaling; this one only keeps a burst from drowning an instance. */
const RESIDENT_CONCURRENCY = 80;
/** App Engine docs, target_cpu_utilization and target_throughput_utilization. */
const TARGET_UTILIZATION = 0.6;

export function scalingSettings(desired: DesiredDeployment, limits: EngineLimits): ScalingSettings {
  const { spec } = desired.deployment;
  const concurrency = spec.isThreadsafe ? RESIDENT_CONCURRENCY : 1;
  if (!needsProcess(spec)) return { type: 'manual', instances: 0, concurrency };
  switch (spec.scaling.type) {
    case 'manual':
      return { type: 'manual', instances: desired.instances ?? spec.scaling.instances, concurrency };
    case 'basic': {
      const { maxInstances, idleTimeoutMs } = spec.scaling;
      return {
        type: 'basic',
        maxInstances,
        idleTimeoutMs,
        concurrency,
        scaleOutAt: Math.min(concurrency, AUTOMATIC_CONCURRENCY),
      };
    }
    case 'automatic':
      return automaticSettings(spec, spec.scaling, {
        keepsMinimum: desired.receivesTraffic,
        limits,
      });
  }
}

/** A version whose handlers are all static files has nothing to run. */
export function needsProcess(spec: VersionSpec): boolean {
  if (!isStaticOnly(spec)) return true;
  // A resident program of the user's own may work without ever being asked anything.
  return spec.runtime !== STATIC_RUNTIME && spec.entrypoint !== undefined && spec.scaling.type !== 'automatic';
}

export function decide(settings: ScalingSettings, snapshot: ScalingSnapshot, nowMs: number): ScalingDecision {
  switch (settings.type) {
    case 'manual':
      return decideManual(snapshot, settings.instances, nowMs);
    case 'basic':
      return decideBasic(snapshot, settings, nowMs);
    case 'automatic':
      return decideAutomatic(snapshot, settings, nowMs);
  }
}

/** Requests in flight per instance up to which no other instance is needed. */
export function instanceTarget(settings: ScalingSettings): number {
  switch (settings.type) {
    case 'manual':
      return settings.concurrency;
    case 'basic':
      return settings.scaleOutAt;
    case 'automatic':
      return throughputTarget(settings);
  }
}

function automaticSettings(
  spec: VersionSpec,
  scaling: AutomaticScaling,
  { keepsMinimum, limits }: { readonly keepsMinimum: boolean; readonly limits: EngineLimits },
): ScalingSettings {
  const { maxPendingLatencyMs } = scaling;
  return {
    type: 'automatic',
    concurrency: spec.isThreadsafe ? (scaling.maxConcurrentRequests ?? AUTOMATIC_CONCURRENCY) : 1,
    targetThroughputUtilization: scaling.targetThroughputUtilization ?? TARGET_UTILIZATION,
    targetCpuUtilization: scaling.targetCpuUtilization ?? TARGET_UTILIZATION,
    minPendingLatencyMs: scaling.minPendingLatencyMs ?? 0,
    ...(maxPendingLatencyMs === undefined ? {} : { maxPendingLatencyMs }),
    minInstances: keepsMinimum ? (scaling.minInstances ?? 0) : 0,
    // 0 means no maximum; the file may not ask for fewer than its own minimum.
    maxInstances: Math.max(
      scaling.minInstances ?? 0,
      scaling.maxInstances === 0 ? Number.MAX_SAFE_INTEGER : (scaling.maxInstances ?? limits.maxAutomaticInstances),
    ),
    minIdleInstances: keepsMinimum ? (scaling.minIdleInstances ?? 0) : 0,
    maxIdleInstances: scaling.maxIdleInstances ?? Number.MAX_SAFE_INTEGER,
    idleMs: limits.automaticIdleMs,
    excessIdleMs: limits.excessIdleMs,
  };
}
