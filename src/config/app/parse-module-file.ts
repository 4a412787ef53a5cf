/** A module's yaml file to a version, with everything that is wrong in it and in the files it includes. */
import { basename } from 'node:path';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { DEFAULT_MODULE } from '../../model/names.ts';
import type { VersionSpec } from '../../model/version-spec.ts';
import { createFindings, type Findings } from '../findings.ts';
import { readShape } from '../shape/read-shape.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { checkModule, checkScripts } from './check-module.ts';
import { expandVariables, type VariableSource } from './expand-variables.ts';
import { type FindInclude, mergeIncludes } from './includes.ts';
import { moduleShape } from './module-keys.ts';
import { type KeyOverrides, withOverrides } from './overrides.ts';
import { versionSpecOf } from './version-spec.ts';

export interface ModuleFileOptions {
  /** Absent: there is nothing to include. */
  readonly findInclude?: FindInclude;
  /** What the command line says instead of the file; already checked. */
  readonly overrides?: KeyOverrides;
  readonly environmentVariables?: Readonly<Record<string, string>>;
  readonly allowsAnyRuntime?: boolean;
  /** What `${NAME}` stands for; absent: it stays as it is written. */
  readonly variables?: VariableSource | undefined;
}

export interface ModuleFile {
  readonly application?: string;
  /** `default` when the file does not say; see `namesModule`. */
  readonly module: string;
  readonly namesModule: boolean;
  readonly version?: string;
  readonly spec: VersionSpec;
  /** As written (Python's syntax), each on its own; undefined when the file does not set it. */
  readonly skipFiles?: readonly string[];
  readonly nobuildFiles?: readonly string[];
}

export interface ModuleReading {
  /** Absent when the file could not be made sense of at all. */
  readonly value?: ModuleFile;
  readonly root?: YamlNode;
  readonly diagnostics: readonly Diagnostic[];
}

export function parseModuleFile(
  source: string | Uint8Array,
  file: string,
  options: ModuleFileOptions = {},
): ModuleReading {
  const reading = readYaml(source, file);
  if (reading.root === undefined) return { diagnostics: reading.diagnostics };
  const root = withOverrides(reading.root, options.overrides ?? {});
  const findings = createFindings(file, root);
  const read = readShape(moduleShape(options.allowsAnyRuntime ?? false), root, [], findings);
  if (read === undefined) return { diagnostics: [...reading.diagnostics, ...findings.list()] };
  const values = expandVariables(read, options.variables, findings);
  checkModule(values, findings);
  const include = {
    runtime: values.runtime ?? '',
    find: options.findInclude ?? (() => undefined),
    check: (included: Findings) => checkScripts(values, included),
    variables: options.variables,
  };
  const merged = mergeIncludes(values, include, findings);
  const { environmentVariables = {} } = options;
  const spec = versionSpecOf({ values, merged, environmentVariables, yamlFile: basename(file) }, findings);
  const application = values.application ?? values.project;
  const module = values.module ?? values.service;
  const value: ModuleFile = {
    ...(application === undefined ? {} : { application }),
    module: module ?? DEFAULT_MODULE,
    namesModule: module !== undefined,
    ...(values.version === undefined ? {} : { version: values.version }),
    spec,
    ...(merged.skipFiles === undefined ? {} : { skipFiles: merged.skipFiles }),
    ...(values.nobuild_files === undefined ? {} : { nobuildFiles: values.nobuild_files }),
  };
  return { value, root, diagnostics: [...reading.diagnostics, ...findings.list(), ...merged.diagnostics] };
}
