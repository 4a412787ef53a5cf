/** The real sources of a deploy: yaml files and directories of this machine. */
import { loadApplication } from '../config/load-application.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { fileStateKey, openFileStateCache } from '../packaging/file-state-cache.ts';
import { appEngineLimits, platformLimits } from '../packaging/limits.ts';
import { packageTree } from '../packaging/package-tree.ts';
import { type SelectionRules, selectionRules } from '../packaging/selection-rules.ts';
import type { DeploySources, DescribedModule } from './deploy-sources.ts';

export const localSources: DeploySources = {
  load: async ({ backend, ...query }) => {
    const loaded = loadApplication(query);
    if (backend !== 'google' || hasErrors(loaded.diagnostics)) return loaded;
    // What Google would refuse after everything was sent is said now, with its place in the file.
    const { differencesFor } = await import('../config/differences/check-differences.ts');
    return { ...loaded, diagnostics: [...loaded.diagnostics, ...differencesFor('google', query)] };
  },
  treeKey: (module) => fileStateKey(module.directory, rulesOf(module)),
  packageTree: ({ module, backend, cacheDirectory, clock, signal }) => {
    const rules = rulesOf(module);
    return packageTree({
      directory: module.directory,
      rules,
      limits: backend === 'google' ? appEngineLimits : platformLimits,
      cache: openFileStateCache(cacheDirectory, fileStateKey(module.directory, rules), clock),
      signal,
    });
  },
};

function rulesOf({ directory, runtime, spec, skipFiles }: DescribedModule): SelectionRules {
  return selectionRules({
    directory,
    runtime,
    environment: spec.environment,
    ...(skipFiles === undefined ? {} : { skipFiles }),
  });
}
