/** Spells a deploy command for hints, so that it can be pasted into a shell. */
import type { DeployRequest } from './deploy-request.ts';

/** Values of variables are left out: they may be secrets, and hints end up in logs. */
export function commandLine(request: DeployRequest, paths: readonly string[]): string {
  const { application, module, version, runtime, environmentVariables } = request.overrides;
  const flags = [
    ...option('-A', application),
    ...option('-M', module),
    ...option('-V', version),
    ...option('-r', runtime),
    ...Object.keys(environmentVariables).flatMap((name) => ['--env', `${name}=...`]),
    ...option('-m', request.message),
    ...(request.allowsAnyRuntime === true ? ['-R'] : []),
    ...(request.promote === undefined ? [] : [request.promote ? '--promote' : '--no-promote']),
    ...(request.isDryRun ? ['--dry-run'] : []),
  ];
  return [request.commandName, ...[...flags, ...paths].map(shellWord)].join(' ');
}

function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value];
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
