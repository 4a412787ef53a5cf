/** `--env` and `--env-file`: variables of the application that are not written in its yaml files. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import * as Flags from '@oclif/core/flags';
import { failure, messageOf } from '../errors.ts';
import type { Session } from './session.ts';

export const environmentFlags = {
  env: Flags.string({
    summary:
      'Environment variable over those of the yaml file and --env-file; NAME alone takes its value from the environment.',
    helpValue: 'NAME=VALUE',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'env-file': Flags.string({
    summary: 'File of environment variables, NAME=VALUE a line; may be repeated, the last one wins.',
    helpValue: 'FILE',
    multiple: true,
    multipleNonGreedy: true,
  }),
} as const;

export interface EnvironmentFlagValues {
  readonly env?: readonly string[] | undefined;
  readonly 'env-file'?: readonly string[] | undefined;
}

type Variables = Readonly<Record<string, string>>;

const expectedName = 'a name of letters, digits and underscores that begins with no digit';

/** @throws AppcfgError `usage.invalid-value`, `env-file.unreadable`, `env-file.invalid` */
export function readEnvironment(command: string, flags: EnvironmentFlagValues, session: Session): Variables {
  const fromFiles = (flags['env-file'] ?? []).map((file) => readEnvironmentFile(file, session.workingDirectory));
  const fromFlags = (flags.env ?? []).map((pair) => readPair(command, pair, session.host.environment));
  return Object.assign({}, ...fromFiles, Object.fromEntries(fromFlags));
}

/** What `${NAME}` in a yaml file may stand for. */
export function variablesFor(given: Variables, session: Session): Variables {
  const own = Object.entries(session.host.environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...Object.fromEntries(own), ...given };
}

function readPair(
  command: string,
  pair: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly [string, string] {
  const equals = pair.indexOf('=');
  const name = equals === -1 ? pair : pair.slice(0, equals);
  if (!isName(name)) {
    // What follows the sign may be a secret.
    const value = equals === -1 ? pair : `${name}=`;
    throw failure('usage.invalid-value', {
      command,
      what: '--env',
      value,
      expected: `NAME=VALUE, with ${expectedName}`,
    });
  }
  const value = equals === -1 ? environment[name] : pair.slice(equals + 1);
  if (value === undefined) {
    const expected = `NAME=VALUE, or the name of a variable of the environment (${name} is not set)`;
    throw failure('usage.invalid-value', { command, what: '--env', value: pair, expected });
  }
  return [name, value];
}

/** @throws AppcfgError `env-file.unreadable`, `env-file.invalid` */
export function readEnvironmentFile(file: string, workingDirectory: string): Variables {
  let text: string;
  try {
    text = readFileSync(resolve(workingDirectory, file), 'utf8');
  } catch (error) {
    throw failure('env-file.unreadable', { file, reason: messageOf(error) });
  }
  const found = Object.entries(parseEnv(text.replace(/^\uFEFF/, ''))).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  for (const [name] of found) {
    if (!isName(name))
      throw failure('env-file.invalid', { file, line: lineOf(text, name), reason: `a name must be ${expectedName}` });
  }
  const stray = strayLine(text, found);
  if (stray !== undefined) throw failure('env-file.invalid', { file, line: stray, reason: 'it is no NAME=VALUE' });
  return Object.fromEntries(found);
}

function isName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

function lineOf(text: string, name: string): number {
  const [first = name] = name.split('\n');
  const index = text.split('\n').findIndex((line) =>
    line
      .trimStart()
      .replace(/^export\s+/, '')
      .startsWith(first),
  );
  return Math.max(index, 0) + 1;
}

/** The parser passes over lines that it does not understand; a line may also be inside a value that spans several. */
function strayLine(text: string, found: readonly (readonly [string, string])[]): number | undefined {
  const inside = new Set(found.flatMap(([, value]) => (value.includes('\n') ? value.split('\n').slice(1) : [])));
  const index = text.split(/\r?\n/).findIndex((line) => {
    const isBlank = /^\s*(#.*)?$/.test(line);
    return !(isBlank || line.includes('=') || inside.has(line) || inside.has(line.replace(/["'`]\s*(#.*)?$/, '')));
  });
  return index === -1 ? undefined : index + 1;
}
