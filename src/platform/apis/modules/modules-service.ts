/** The service `modules`: what there is, where it is, and starting, stopping and counting instances. */
import { isAppcfgError, messageOf } from '../../../errors.ts';
import { hostName } from '../../../model/host.ts';
import { ApplicationError } from '../api-problem.ts';
import { type ApiCall, type ApiService, apiMethod } from '../api-service.ts';
import { modulesMessages as messages, modulesErrors, type VersionName } from '../protocol/modules.ts';
import {
  ApplicationModules,
  addressableInstances,
  type ModulesSource,
  type SeenVersion,
} from './application-modules.ts';

export interface VersionChange {
  readonly application: string;
  readonly module: string;
  readonly version: string;
  /** Whose code asked, for the journal. */
  readonly createdBy: string;
}

export interface ModulesParts extends ModulesSource {
  /** Resolves when the change is durable. */
  setServingStatus(change: VersionChange & { readonly status: 'serving' | 'stopped' }): Promise<void>;
  setInstances(change: VersionChange & { readonly instances: number }): Promise<void>;
}

export function createModulesService(parts: ModulesParts): ApiService {
  const seenBy = ({ caller }: ApiCall) => new ApplicationModules(parts, caller.deployment);
  const { empty } = messages;
  return {
    GetModules: apiMethod(empty, messages.getModulesResponse, (_, call) => ({ module: seenBy(call).names() })),
    GetVersions: apiMethod(messages.module, messages.getVersionsResponse, ({ module }, call) => ({
      version: seenBy(call).versions(module || call.caller.deployment.module),
    })),
    GetDefaultVersion: apiMethod(messages.module, messages.getDefaultVersionResponse, ({ module }, call) => ({
      version: defaultVersion(seenBy(call), module || call.caller.deployment.module),
    })),
    GetNumInstances: apiMethod(messages.version, messages.getNumInstancesResponse, (name, call) => ({
      instances: numInstances(requireVersion(seenBy(call), name)),
    })),
    SetNumInstances: apiMethod(messages.setNumInstancesRequest, empty, async ({ instances = 0, ...name }, call) => {
      const seen = requireVersion(seenBy(call), name);
      if (seen.spec.scaling.type !== 'manual') throw invalidVersion(seen, 'only manual scaling has a set number');
      if (instances < 1) throw new ApplicationError(modulesErrors.invalidInstances, 'at least one instance is needed');
      await durable(() => parts.setInstances({ ...changeOf(seen, call), instances }));
      return {};
    }),
    StartModule: apiMethod(messages.version, empty, (name, call) => setStatus(parts, name, call, 'serving')),
    StopModule: apiMethod(messages.version, empty, (name, call) => setStatus(parts, name, call, 'stopped')),
    GetHostname: apiMethod(messages.getHostnameRequest, messages.getHostnameResponse, (name, call) => ({
      hostname: hostname(seenBy(call), name, call),
    })),
  };
}

function defaultVersion(modules: ApplicationModules, module: string): string {
  if (!modules.names().includes(module)) {
    throw new ApplicationError(modulesErrors.invalidModule, `there is no module ${module}`);
  }
  const version = modules.defaultVersion(module);
  if (version === undefined) {
    throw new ApplicationError(modulesErrors.invalidVersion, `no version of ${module} takes traffic`);
  }
  return version;
}

function numInstances(seen: SeenVersion): number {
  const count = addressableInstances(seen);
  if (count === undefined) throw invalidVersion(seen, 'automatic scaling has no set number of instances');
  return count;
}

async function setStatus(
  parts: ModulesParts,
  name: VersionName,
  call: ApiCall,
  status: 'serving' | 'stopped',
): Promise<Record<never, never>> {
  const seen = requireVersion(new ApplicationModules(parts, call.caller.deployment), name);
  if (seen.spec.scaling.type === 'automatic')
    throw invalidVersion(seen, 'automatic scaling starts and stops by itself');
  if (seen.servingStatus === status) {
    const state = status === 'serving' ? 'started' : 'stopped';
    throw new ApplicationError(modulesErrors.unexpectedState, `version ${seen.version} is already ${state}`);
  }
  await durable(() => parts.setServingStatus({ ...changeOf(seen, call), status }));
  return {};
}

function hostname(
  modules: ApplicationModules,
  { instance, ...name }: VersionName & { readonly instance?: string },
  { caller }: ApiCall,
): string {
  const { defaultHostname } = caller.deployment;
  const seen = modules.find(name);
  // A version that the module lacks is an invalid module too: the client knows no other error here.
  if (!seen) throw new ApplicationError(modulesErrors.invalidModule, `there is no ${described(name)}`);
  const { module, version } = seen;
  if (instance === undefined || instance === '') return hostName(defaultHostname, { module, version });
  const count = addressableInstances(seen) ?? 0;
  if (!/^\d{1,6}$/.test(instance) || Number(instance) >= count) {
    throw new ApplicationError(modulesErrors.invalidInstances, `${described(seen)} has no instance ${instance}`);
  }
  return hostName(defaultHostname, { module, version, instance: String(Number(instance)) });
}

function requireVersion(modules: ApplicationModules, name: VersionName): SeenVersion {
  const seen = modules.find(name);
  if (!seen) throw new ApplicationError(modulesErrors.invalidVersion, `there is no ${described(name)}`);
  return seen;
}

function invalidVersion(seen: SeenVersion, reason: string): ApplicationError {
  return new ApplicationError(modulesErrors.invalidVersion, `${described(seen)}: ${reason}`);
}

function described({ module, version }: VersionName): string {
  const parts = [module && `module ${module}`, version && `version ${version}`].filter(Boolean);
  return parts.length === 0 ? 'version of that name' : parts.join(' ');
}

function changeOf({ module, version }: SeenVersion, { caller }: ApiCall): VersionChange {
  const { deployment, instance } = caller;
  const createdBy = `instance ${instance} of ${deployment.module}:${deployment.version}`;
  return { application: deployment.application, module, version, createdBy };
}

/** What the platform refuses for good is the version's fault; anything else may be tried again. */
async function durable(change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    const isRefused = isAppcfgError(error) && /^(version|module|application|release)\./.test(error.code);
    const code = isRefused ? modulesErrors.invalidVersion : modulesErrors.transientError;
    throw new ApplicationError(code, messageOf(error));
  }
}
