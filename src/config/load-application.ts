/** Everything that a command's paths stand for, read into the model, with all problems of all files together. */
import type { Diagnostic } from '../model/diagnostic.ts';
import { checkOverrides } from './check-overrides.ts';
import { checkTogether, type Requirements } from './check-together.ts';
import { type FoundFiles, findFiles } from './find-files.ts';
import { loadModules } from './load-modules.ts';
import { loadSettings } from './load-settings.ts';
import type { LoadedApplication, LoadRequest } from './loaded-application.ts';

export type { LoadedApplication, LoadedModule, LoadRequest } from './loaded-application.ts';

export function loadApplication(request: LoadRequest): LoadedApplication {
  const found = findFiles(request.paths, request.workingDirectory, request.allModules);
  const overrides = checkOverrides(request.overrides, request.allowsAnyRuntime ?? false);
  const modules = loadModules(found.modules, request, overrides.accepted);
  const settings = loadSettings(found.settings, overrides.accepted.application);
  const together = checkTogether(modules, settings, requirementsOf(request));
  const { application } = together;
  return {
    ...(application === undefined ? {} : { application }),
    modules: together.modules,
    settings: together.settings,
    settingsFiles: together.settingsFiles,
    diagnostics: inReadingOrder([
      ...found.diagnostics,
      ...overrides.diagnostics,
      ...modules.flatMap((module) => module.diagnostics),
      ...settings.flatMap((file) => file.diagnostics),
      ...together.diagnostics,
    ]),
    notes: notesOf(found),
  };
}

/** File by file as they came, each from its top. */
function inReadingOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = [...new Set(diagnostics.map(({ file }) => file))];
  return [...diagnostics].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}

/** A value from the command line that is not acceptable was reported; that it is missing then would be noise. */
function requirementsOf(request: LoadRequest): Requirements {
  const { overrides, generatedVersion } = request;
  return {
    versionRequired: request.versionRequired && overrides.version === undefined,
    applicationRequired: (request.applicationRequired ?? true) && overrides.application === undefined,
    ...(generatedVersion === undefined ? {} : { generatedVersion }),
  };
}

function notesOf(found: FoundFiles): readonly string[] {
  const modules = found.passedOver.map(
    ({ file }) =>
      `${file} describes another module and is not deployed; deploy it with: appcfg update ${file} (or all with --all-modules)`,
  );
  const settings = found.settingsPassedOver.map(
    ({ file }) =>
      `${file} is not deployed, because only the module's file was named; deploy it with: appcfg update ${file}`,
  );
  return [...modules, ...settings];
}
