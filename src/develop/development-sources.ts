/** The sources of a deploy while developing: a file that names no application or no version will do. */

import { statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { loadApplication } from '../config/load-application.ts';
import type { LoadedApplication } from '../config/loaded-application.ts';
import type { DeploySources } from '../deploy/deploy-sources.ts';
import { localSources } from '../deploy/local-sources.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { applicationIdProblem } from '../model/names.ts';

/** For files that name none. */
const DEVELOPMENT_VERSION = 'dev';

/** @param onLoaded told what was read, each time */
export function developmentSources(onLoaded: (loaded: LoadedApplication) => void): DeploySources {
  return {
    ...localSources,
    load: async (query) => {
      const own = applicationFor(query.paths[0] ?? '.', query.workingDirectory);
      const request = { ...query, versionRequired: false, generatedVersion: DEVELOPMENT_VERSION };
      const found = loadApplication({ ...request, applicationRequired: false });
      const isNamed = found.application !== undefined || hasErrors(found.diagnostics);
      const loaded = isNamed
        ? found
        : loadApplication({ ...request, overrides: { ...query.overrides, application: own } });
      onLoaded(loaded);
      return loaded;
    },
  };
}

/** The directory's name, where it can be one of an application. */
function applicationFor(path: string, workingDirectory: string): string {
  const absolute = resolve(workingDirectory, path);
  const isFolder = statSync(absolute, { throwIfNoEntry: false })?.isDirectory() === true;
  const name = basename(isFolder ? absolute : dirname(absolute)).toLowerCase();
  return applicationIdProblem(name) === undefined ? name : 'app';
}
