/** What a deploy is to achieve: the request and the files it names, before the backend was asked anything. */
import { invalidFiles } from '../config/invalid-files.ts';
import { failure } from '../errors.ts';
import { hasErrors } from '../model/diagnostic.ts';
import type { Settings, SettingsKind } from '../model/settings.ts';
import type { DeployRequest } from './deploy-request.ts';
import type { DescribedApplication, DescribedModule } from './deploy-sources.ts';

export interface DeployIntent {
  readonly application: string;
  /** In the order in which they are confirmed. */
  readonly modules: readonly DescribedModule[];
  readonly settings: Partial<Settings>;
  readonly settingsFiles?: Partial<Record<SettingsKind, string>>;
  /** Whether the deployed versions take their modules' traffic; a module's first version always does. */
  readonly promotes: boolean;
  readonly stopsPrevious: boolean;
  readonly createdBy: string;
  readonly message?: string;
}

/** @throws AppcfgError `config.invalid`, `usage.bad-options`, `application.required`, `deploy.nothing` */
export function buildIntent(request: DeployRequest, described: DescribedApplication): DeployIntent {
  if (hasErrors(described.diagnostics)) throw invalidFiles(described.diagnostics);
  if (described.modules.length === 0 && Object.keys(described.settings).length === 0) {
    throw failure('deploy.nothing', { paths: request.paths.length === 0 ? ['.'] : request.paths });
  }
  const application = described.application ?? request.defaultApplication;
  if (application === undefined) throw failure('application.required', {});
  return {
    application,
    modules: described.modules,
    settings: described.settings,
    ...(described.settingsFiles === undefined ? {} : { settingsFiles: described.settingsFiles }),
    promotes: request.promote ?? request.manners === 'gcloud',
    stopsPrevious: request.stopPrevious,
    createdBy: request.createdBy,
    ...(request.message === undefined ? {} : { message: request.message }),
  };
}
