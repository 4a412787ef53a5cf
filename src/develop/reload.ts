/** One deploy of what lies in the directories, as `dev` does it again and again. */
import type { LoadedApplication } from '../config/loaded-application.ts';
import { deploy } from '../deploy/deploy.ts';
import type { DeployReport } from '../deploy/deploy-report.ts';
import type { DeployRequest } from '../deploy/deploy-request.ts';
import type { ProgressEvent } from '../progress/event.ts';
import type { DevelopContext, DevelopRequest } from './develop-request.ts';
import { developmentSources } from './development-sources.ts';

export interface ReloadOptions {
  /** Told what was read, each time. */
  readonly onLoaded: (loaded: LoadedApplication) => void;
  readonly announce: (event: ProgressEvent) => void;
}

export function reload(
  request: DevelopRequest,
  context: DevelopContext,
  { onLoaded, announce }: ReloadOptions,
): Promise<DeployReport> {
  const { backend, clock, signal, cacheDirectory } = context;
  return deploy(deployRequest(request), {
    backend,
    clock,
    signal,
    cacheDirectory,
    sources: developmentSources(onLoaded),
    reporter: { event: announce, confirm: async ({ defaultAnswer }) => defaultAnswer },
  });
}

function deployRequest({ application, environmentVariables, ...request }: DevelopRequest): DeployRequest {
  return {
    paths: request.paths,
    workingDirectory: request.workingDirectory,
    manners: 'appcfg',
    overrides: { ...(application === undefined ? {} : { application }), environmentVariables },
    variables: request.variables,
    // What lies in the directory is what is seen, also when a file gets another version.
    promote: true,
    stopPrevious: true,
    isDryRun: false,
    autoOrder: true,
    allModules: true,
    allowsAnyRuntime: request.allowsAnyRuntime,
    commandName: 'appcfg dev',
    createdBy: request.createdBy,
  };
}
