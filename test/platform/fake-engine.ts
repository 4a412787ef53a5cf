/** An engine that runs nothing: for tests of what stands around it. */
import { failure } from '../../src/errors.ts';
import type { DesiredDeployment } from '../../src/platform/deployment.ts';
import type { Engine } from '../../src/platform/serving/engine.ts';
import type { VersionPool } from '../../src/platform/serving/version-pool.ts';

export interface FakeEngine extends Engine {
  /** Modules whose versions don't start. */
  readonly broken: Set<string>;
  desired: readonly DesiredDeployment[];
  readonly prepared: Set<string>;
  readonly abandoned: string[];
  /** Runs while a deployment is being prepared. */
  beforePrepare: (desired: DesiredDeployment, signal: AbortSignal) => Promise<void>;
}

const pool: VersionPool = { claim: () => ({ kind: 'refused', refusal: 'stopped', reason: 'fake' }) };

export function createFakeEngine(): FakeEngine {
  const engine: FakeEngine = {
    broken: new Set(),
    desired: [],
    prepared: new Set(),
    abandoned: [],
    beforePrepare: async () => {},
    prepare: async (desired, { signal }) => {
      await engine.beforePrepare(desired, signal);
      const { module, version, deploymentId } = desired.deployment;
      if (engine.broken.has(module)) {
        throw failure('instance.start-failed', { module, version, reason: 'it exited with code 1', output: ['boom'] });
      }
      engine.prepared.add(deploymentId);
    },
    abandon: async (deploymentId) => {
      engine.abandoned.push(deploymentId);
      engine.prepared.delete(deploymentId);
    },
    setDesired: (desired) => {
      engine.desired = desired;
    },
    pool: () => pool,
    instances: () => [],
    inside: () => undefined,
    isInstancePort: () => false,
    stopInstance: async () => {},
    settled: async () => {},
    close: async () => {},
  };
  return engine;
}
