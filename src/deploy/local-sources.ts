/** The real sources of a deploy: yaml files and directories of this machine. */
import { loadApplication } from '../config/load-application.ts';
import { fileStateKey, openFileStateCache } from '../packaging/file-state-cache.ts';
import { appEngineLimits, platformLimits } from '../packaging/limits.ts';
import { packageTree } from '../packaging/package-tree.ts';
import { type SelectionRules, selectionRules } from '../packaging/selection-rules.ts';
import type { DeploySources, DescribedModule } from './deploy-sources.ts';

export const localSources: DeploySources = {
  load: async (query) => loadApplication(query),
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
