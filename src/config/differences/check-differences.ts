/** How the files of an application behave in a place to deploy to: all that differs, with its place in the text. */
import type { Diagnostic } from '../../model/diagnostic.ts';
import { checkOverrides } from '../check-overrides.ts';
import { findFiles } from '../find-files.ts';
import { createFindings } from '../findings.ts';
import { loadModules, type ModuleOnDisk } from '../load-modules.ts';
import { loadSettings } from '../load-settings.ts';
import type { LoadRequest } from '../loaded-application.ts';
import { googleDifferences } from './google-differences.ts';
import type { Target } from './module-facts.ts';
import { platformDifferences } from './platform-differences.ts';
import { settingsDifferences } from './settings-differences.ts';

/** Of files that can be read; what is wrong with the others is said by loading them. */
export function differencesFor(target: Target, request: LoadRequest): readonly Diagnostic[] {
  const found = findFiles(request.paths, request.workingDirectory, request.allModules);
  const { accepted } = checkOverrides(request.overrides, request.allowsAnyRuntime ?? false);
  const modules = loadModules(found.modules, request, accepted);
  const settings = loadSettings(found.settings, accepted.application);
  return [
    ...modules.flatMap((module) => moduleDifferences(target, module)),
    ...settings.flatMap(({ kind, file, root, value }) => {
      if (value === undefined) return [];
      const findings = createFindings(file, root);
      settingsDifferences(target, kind, value, findings);
      return findings.list();
    }),
  ];
}

function moduleDifferences(target: Target, { file, root, value }: ModuleOnDisk): readonly Diagnostic[] {
  if (value === undefined) return [];
  const findings = createFindings(file, root);
  const { application, module, version, spec } = value;
  const check = target === 'google' ? googleDifferences : platformDifferences;
  check({ application, module, version, spec, findings });
  return [...findings.list()].sort((a, b) => a.line - b.line || a.column - b.column);
}
