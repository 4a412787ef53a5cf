/** Instances as the memory backend imagines them: manual scaling keeps its number ready, the others wait for requests. */
import type { InstancesRole } from '../../backend/backend.ts';
import { failure } from '../../errors.ts';
import type { InstanceSummary } from '../../model/instance.ts';
import type { MemoryApplication, MemoryVersion } from './memory-state.ts';
import type { MemoryStore } from './memory-store.ts';

export function memoryInstances(store: MemoryStore): InstancesRole {
  /** Deployment and instance -> how often it was stopped by hand, and started again. */
  const restarts = new Map<string, number>();
  return {
    list: async (id) => instancesOf(store.require(id), restarts),
    stop: async (name, instance) => {
      const { module, version } = name;
      const { deploymentId } = store.requireVersion(name);
      const isThere = instancesOf(store.require(name.application), restarts).some(
        (candidate) => candidate.module === module && candidate.version === version && candidate.id === instance,
      );
      if (!isThere) throw failure('instance.not-found', { module, version, instance });
      const key = `${deploymentId}/${instance}`;
      restarts.set(key, (restarts.get(key) ?? 0) + 1);
    },
  };
}

function instancesOf(
  application: MemoryApplication,
  restarts: ReadonlyMap<string, number>,
): readonly InstanceSummary[] {
  return Object.entries(application.live.modules).flatMap(([module, { versions }]) =>
    Object.entries(versions).flatMap(([version, stored]) =>
      Array.from({ length: instanceCount(stored) }, (_, index): InstanceSummary => {
        const id = String(index);
        return {
          application: application.id,
          module,
          version,
          id,
          state: 'ready',
          reason: 'answers requests',
          startedAt: stored.createdAt,
          requests: 0,
          errors: 0,
          requestsInFlight: 0,
          averageLatencyMs: 0,
          restarts: restarts.get(`${stored.deploymentId}/${id}`) ?? 0,
        };
      }),
    ),
  );
}

function instanceCount({ spec, servingStatus, instancesOverride }: MemoryVersion): number {
  if (servingStatus !== 'serving' || spec.scaling.type !== 'manual') return 0;
  return instancesOverride ?? spec.scaling.instances;
}
