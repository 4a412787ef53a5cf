/** The modules of an application as code of one of its instances sees them: what is live, and itself. */
import { defaultVersionOf } from '../../../model/traffic.ts';
import type { VersionSpec } from '../../../model/version-spec.ts';
import type { Deployment } from '../../deployment.ts';
import { emptyLiveState, type LiveState, liveModule, moduleNames } from '../../live-state.ts';
import { ApplicationError } from '../api-problem.ts';
import { modulesErrors, type VersionName } from '../protocol/modules.ts';

export interface SeenVersion {
  readonly module: string;
  readonly version: string;
  readonly spec: VersionSpec;
  readonly servingStatus: 'serving' | 'stopped';
  /** Manual scaling: what set-num-instances asked for. */
  readonly instances: number | undefined;
}

export interface ModulesSource {
  live(application: string): LiveState | undefined;
  spec(deploymentId: string): VersionSpec | undefined;
}

export class ApplicationModules {
  readonly #source: ModulesSource;
  /** May be on its way to being live: its start request runs before the release is committed. */
  readonly #caller: Deployment;
  readonly #live: LiveState;

  constructor(source: ModulesSource, caller: Deployment) {
    this.#source = source;
    this.#caller = caller;
    this.#live = source.live(caller.application) ?? emptyLiveState;
  }

  names(): readonly string[] {
    const live = moduleNames(this.#live);
    return live.includes(this.#caller.module) ? live : [...live, this.#caller.module];
  }

  /** @throws ApplicationError INVALID_MODULE */
  versions(module: string): readonly string[] {
    const live = Object.keys(liveModule(this.#live, module)?.versions ?? {}).sort();
    const isOwn = module === this.#caller.module;
    if (live.length === 0 && !isOwn) throw this.#unknownModule(module);
    return isOwn && !live.includes(this.#caller.version) ? [...live, this.#caller.version] : live;
  }

  /** The one that takes most of the module's traffic. */
  defaultVersion(module: string): string | undefined {
    const live = liveModule(this.#live, module);
    const version = live && defaultVersionOf(live.split);
    return version ?? (module === this.#caller.module ? this.#caller.version : undefined);
  }

  /**
   * Without a module the caller's own; without a version the caller's if the module has one of that name, else the
   * module's default version.
   */
  find(name: VersionName): SeenVersion | undefined {
    const module = name.module || this.#caller.module;
    const version = name.version || this.#versionFor(module);
    return version === undefined ? undefined : this.#seen(module, version);
  }

  #versionFor(module: string): string | undefined {
    const own = this.#caller.version;
    return this.#seen(module, own) ? own : this.defaultVersion(module);
  }

  #seen(module: string, version: string): SeenVersion | undefined {
    const modules = this.#live.modules;
    const live = Object.hasOwn(modules, module) ? modules[module]?.versions : undefined;
    const found = live && Object.hasOwn(live, version) ? live[version] : undefined;
    const spec = found && this.#source.spec(found.deploymentId);
    if (found && spec) {
      return { module, version, spec, servingStatus: found.servingStatus, instances: found.instances };
    }
    if (module !== this.#caller.module || version !== this.#caller.version) return undefined;
    return { module, version, spec: this.#caller.spec, servingStatus: 'serving', instances: undefined };
  }

  #unknownModule(module: string): ApplicationError {
    return new ApplicationError(modulesErrors.invalidModule, `there is no module ${module}`);
  }
}

/** How many instances a version may have at most, of those that have addresses; undefined for automatic scaling. */
export function addressableInstances({ spec, instances }: SeenVersion): number | undefined {
  switch (spec.scaling.type) {
    case 'manual':
      return instances ?? spec.scaling.instances;
    case 'basic':
      return spec.scaling.maxInstances;
    case 'automatic':
      return undefined;
  }
}
