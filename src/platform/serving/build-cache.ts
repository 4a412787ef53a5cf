/** Builds each deployment once per engine: the result of the first call serves all others. */
import type { VersionSpec } from '../../model/version-spec.ts';
import type { Deployment } from '../deployment.ts';
import type { BuildResult, RunCommand, Runtime } from '../runtimes/runtime.ts';

export interface BuildOptions {
  readonly runtimeFor: (spec: VersionSpec) => Runtime;
  readonly cacheDirectory: string;
  readonly run: RunCommand;
}

export interface BuildCall {
  readonly onOutput: (line: string) => void;
  readonly signal?: AbortSignal;
}

export class BuildCache {
  readonly #options: BuildOptions;
  readonly #results = new Map<string, BuildResult>();
  readonly #disposing = new Map<string, Promise<void>>();

  constructor(options: BuildOptions) {
    this.#options = options;
  }

  result(deploymentId: string): BuildResult | undefined {
    return this.#results.get(deploymentId);
  }

  /** @throws whatever the runtime throws; the next call builds again */
  async build(deployment: Deployment, call: BuildCall): Promise<BuildResult> {
    const known = this.#results.get(deployment.deploymentId);
    if (known) return known;
    // A deployment that comes back must not build into what is being removed.
    await this.#disposing.get(deployment.deploymentId);
    const { runtimeFor, cacheDirectory, run } = this.#options;
    const runtime = runtimeFor(deployment.spec);
    const signal = call.signal ? { signal: call.signal } : {};
    const result = await runtime.build({ deployment, cacheDirectory, run, onOutput: call.onOutput, ...signal });
    this.#results.set(deployment.deploymentId, result);
    return result;
  }

  /** Lets go of what the build made for this deployment alone; what can't be removed is overwritten by its next build. */
  async dispose(deployment: Deployment): Promise<void> {
    const { deploymentId, spec } = deployment;
    const { runtimeFor, cacheDirectory } = this.#options;
    if (!this.#results.delete(deploymentId)) return;
    const disposing = Promise.resolve(runtimeFor(spec).dispose?.(deployment, cacheDirectory)).catch(() => undefined);
    this.#disposing.set(deploymentId, disposing);
    await disposing;
    this.#disposing.delete(deploymentId);
  }
}
