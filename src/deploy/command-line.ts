/** Spells a deploy command for hints, so that it can be pasted into a shell. */
import type { DeployRequest } from './deploy-request.ts';

export function commandLine(request: DeployRequest, paths: readonly string[]): string {
  const { application, module, version, runtime, environmentVariables } = request.overrides;
  const flags = [
    ...flag('-A', application),
    ...flag('-M', module),
    ...flag('-V', version),
    ...flag('-r', runtime),
    ...Object.entries(environmentVariables).flatMap(([name, value]) => ['-E', `${name}:${value}`]),
  ];
  const words = [...flags, ...paths].map(shellWord);
  return [request.commandName, ...words].join(' ');
}

function flag(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value];
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
