/** What the command line says instead of the files: names and runtime follow the same rules as in a file. */
import { COMMAND_LINE, type Diagnostic } from '../model/diagnostic.ts';
import { applicationId, moduleName, versionId } from './app/name-shapes.ts';
import type { KeyOverrides } from './app/overrides.ts';
import { runtimeName } from './app/runtimes.ts';
import { diagnosticOfFile } from './findings.ts';
import type { TextShape } from './shape/shape.ts';
import { quoteForMessage } from './yaml/tree.ts';

export interface Overrides extends KeyOverrides {
  readonly environmentVariables: Readonly<Record<string, string>>;
}

export interface CheckedOverrides {
  /** Without those that are not acceptable. */
  readonly accepted: Overrides;
  readonly diagnostics: readonly Diagnostic[];
}

const flags: Readonly<Record<keyof KeyOverrides, string>> = {
  application: '-A',
  module: '-M',
  version: '-V',
  runtime: '-r',
};

export function checkOverrides(overrides: Overrides, allowsAnyRuntime: boolean): CheckedOverrides {
  const diagnostics: Diagnostic[] = [];
  const shapes: Readonly<Record<keyof KeyOverrides, TextShape>> = {
    application: applicationId,
    module: moduleName,
    version: versionId,
    runtime: runtimeName(allowsAnyRuntime),
  };
  const accepted: [string, string][] = [];
  for (const key of ['application', 'module', 'version', 'runtime'] as const) {
    const text = overrides[key];
    if (text === undefined) continue;
    const parsed = shapes[key].parse(text);
    if ('problem' in parsed) {
      const message = `${flags[key]} ${text}: ${quoteForMessage(text)} is not ${shapes[key].what}: it ${parsed.problem}.`;
      diagnostics.push(
        diagnosticOfFile(
          COMMAND_LINE,
          'bad-override',
          message,
          parsed.hint ?? `For example: ${flags[key]} ${shapes[key].example}`,
        ),
      );
    } else {
      accepted.push([key, text]);
    }
  }
  const variables = Object.entries(overrides.environmentVariables).filter(([name]) => {
    if (/^[A-Za-z_]\w*$/.test(name)) return true;
    const message = `-E ${name}: ${quoteForMessage(name)} is not a variable name: it must be letters, digits and underscores, not beginning with a digit.`;
    diagnostics.push(diagnosticOfFile(COMMAND_LINE, 'bad-override', message, 'For example: -E NAME:VALUE'));
    return false;
  });
  return {
    accepted: { ...Object.fromEntries(accepted), environmentVariables: Object.fromEntries(variables) },
    diagnostics,
  };
}
