/** Rules between the files of one command, and the application, module and version that each file ends up with. */
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Settings, SettingsKind } from '../model/settings.ts';
import { modulePlaces } from './app/module-places.ts';
import { createFindings, type Findings } from './findings.ts';
import type { ModuleOnDisk } from './load-modules.ts';
import type { SettingsOnDisk } from './load-settings.ts';
import type { LoadedModule } from './loaded-application.ts';
import { quoteForMessage } from './yaml/tree.ts';

export interface Together {
  readonly application?: string;
  readonly modules: readonly LoadedModule[];
  readonly settings: Partial<Settings>;
  readonly settingsFiles: Partial<Record<SettingsKind, string>>;
  readonly diagnostics: readonly Diagnostic[];
}

export interface Requirements {
  readonly versionRequired: boolean;
  readonly generatedVersion?: string;
  readonly applicationRequired: boolean;
}

export function checkTogether(
  modules: readonly ModuleOnDisk[],
  settings: readonly SettingsOnDisk[],
  requirements: Requirements,
): Together {
  const files = [...modules, ...settings].map((source) => ({
    source,
    findings: createFindings(source.file, source.root),
  }));
  const findingsOf = (source: unknown) =>
    files.find((file) => file.source === source)?.findings ?? createFindings('', undefined);
  const application = commonApplication(files, requirements.applicationRequired);
  const loaded = modules.flatMap((module) => loadedModule(module, application, requirements, findingsOf(module)));
  checkVersions(loaded, modules, findingsOf);
  checkLabels(loaded, application, (module) => findingsOf(modules.find(({ file }) => file === module.file)));
  const one = onePerKind(settings, findingsOf);
  return {
    ...(application === undefined ? {} : { application }),
    modules: loaded,
    settings: Object.fromEntries(one.flatMap(({ kind, value }) => (value === undefined ? [] : [[kind, value]]))),
    settingsFiles: Object.fromEntries(one.map(({ kind, file }) => [kind, file])),
    diagnostics: files.flatMap(({ findings }) => findings.list()),
  };
}

interface Source {
  readonly source: ModuleOnDisk | SettingsOnDisk;
  readonly findings: Findings;
}

function applicationOf(source: ModuleOnDisk | SettingsOnDisk): string | undefined {
  return 'kind' in source ? source.application : source.value?.application;
}

/** One command deploys one application; files that name none belong to it too. */
function commonApplication(files: readonly Source[], isRequired: boolean): string | undefined {
  const naming = files.filter(({ source }) => applicationOf(source) !== undefined);
  const first = naming[0];
  if (first === undefined) {
    const isWrongSomewhere = files.some(({ findings }) => findings.has(['application']) || findings.has(['project']));
    if (isRequired && !isWrongSomewhere)
      for (const { source, findings } of files) reportNoApplication(source, findings);
    return undefined;
  }
  const application = applicationOf(first.source);
  for (const { source, findings } of naming) {
    const other = applicationOf(source);
    if (other === application) continue;
    const message = `This file belongs to application ${quoteForMessage(other ?? '')}, but ${first.source.file} belongs to ${quoteForMessage(application ?? '')}; one command deploys one application.`;
    const hint = `Deploy them with two commands, or say which one is meant: -A ${application}`;
    findings.error('several-applications', { path: ['application'], message, hint });
  }
  return application;
}

function reportNoApplication(source: ModuleOnDisk | SettingsOnDisk, findings: Findings): void {
  // A file that could not be read was reported already.
  if (source.root === undefined) return;
  const message = '"application" is missing, so it is not known which application this belongs to.';
  findings.error('missing-key', {
    path: ['application'],
    message,
    hint: 'Add for example application: simple-sample, or pass -A simple-sample.',
  });
}

function loadedModule(
  module: ModuleOnDisk,
  application: string | undefined,
  requirements: Requirements,
  findings: Findings,
): readonly LoadedModule[] {
  const { value, file, directory } = module;
  if (value === undefined) return [];
  const version = value.version ?? requirements.generatedVersion;
  if (version === undefined && requirements.versionRequired && !findings.has(['version'])) {
    const message = '"version" is missing; every module file must have it.';
    findings.error('missing-key', {
      path: ['version'],
      message,
      hint: 'For example: version: uno, or -V uno on the command line.',
    });
  }
  const { spec, skipFiles, nobuildFiles } = value;
  return [
    {
      file,
      directory,
      module: value.module,
      version: version ?? '',
      application: value.application ?? application ?? '',
      spec,
      ...(skipFiles === undefined ? {} : { skipFiles }),
      ...(nobuildFiles === undefined ? {} : { nobuildFiles }),
      runtime: spec.runtime,
      places: modulePlaces(module.root),
    },
  ];
}

function checkVersions(
  loaded: readonly LoadedModule[],
  modules: readonly ModuleOnDisk[],
  findingsOf: (source: unknown) => Findings,
): void {
  const seen = new Map<string, LoadedModule>();
  for (const module of loaded) {
    const findings = findingsOf(modules.find(({ file }) => file === module.file));
    const other = seen.get(`${module.module} ${module.version}`);
    seen.set(`${module.module} ${module.version}`, module);
    if (other !== undefined) {
      const version = module.version === '' ? '' : `version ${module.version} of `;
      const message = `${other.file} describes ${version}module ${module.module} as well.`;
      findings.error('duplicate-version', {
        path: ['version'],
        message,
        hint: 'Give one of the files another module: or version:.',
      });
    }
    const namesake = loaded.find((candidate) => candidate.version === module.module);
    if (namesake !== undefined) {
      const message = `Module ${module.module} has the name of a version (in ${namesake.file}), so their addresses can not be told apart.`;
      findings.warning('name-reused', {
        path: ['module'],
        message,
        hint: 'Choose a unique name for each module and each version.',
      });
    }
  }
}

/** RFC 1035; `VERSION-dot-MODULE-dot-APPLICATION` is one label. */
const LABEL_LENGTH = 63;

function checkLabels(
  loaded: readonly LoadedModule[],
  application: string | undefined,
  findingsOf: (module: LoadedModule) => Findings,
): void {
  if (application === undefined) return;
  const name = application.slice(Math.max(application.lastIndexOf('~'), application.lastIndexOf(':')) + 1);
  for (const module of loaded) {
    const label = [module.version, module.module, name].join('-dot-');
    if (module.version === '' || label.length <= LABEL_LENGTH) continue;
    const message = `The address ${label} has ${label.length} characters, and a label of a host name ${LABEL_LENGTH} at most: it works with dots only, and not over HTTPS on App Engine.`;
    findingsOf(module).warning('name-too-long', {
      path: ['version'],
      message,
      hint: 'Choose a shorter name for the version or the module.',
    });
  }
}

function onePerKind(
  settings: readonly SettingsOnDisk[],
  findingsOf: (source: unknown) => Findings,
): readonly SettingsOnDisk[] {
  const kinds = new Map<SettingsKind, SettingsOnDisk>();
  for (const file of settings) {
    const other = kinds.get(file.kind);
    if (other === undefined) {
      kinds.set(file.kind, file);
      continue;
    }
    const message = `${other.file} holds the same kind of settings; an application has one such file.`;
    findingsOf(file).error('duplicate-entry', { path: [], message, hint: 'Name only one of the two.' });
  }
  return [...kinds.values()];
}
