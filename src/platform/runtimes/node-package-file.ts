/** What a package.json says about dependencies and how to start. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failure, messageOf } from '../../errors.ts';

export interface PackageFile {
  readonly main?: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

/** Undefined when there is none. @throws AppcfgError `runtime.build-failed` when it is not JSON */
export function readPackageFile(directory: string): PackageFile | undefined {
  const path = join(directory, 'package.json');
  if (!existsSync(path)) return undefined;
  const data = parse(readFileSync(path, 'utf8'));
  const { main } = data;
  return {
    ...(typeof main === 'string' ? { main } : {}),
    scripts: strings(data.scripts),
    dependencies: strings(data.dependencies),
    optionalDependencies: strings(data.optionalDependencies),
  };
}

/** Name and specifier of what a production installation brings. */
export function dependenciesOf(file: PackageFile): readonly (readonly [string, string])[] {
  return Object.entries({ ...file.dependencies, ...file.optionalDependencies });
}

/** Scripts that npm runs when it installs the application's own directory. */
export function hasInstallScript(file: PackageFile): boolean {
  return ['preinstall', 'install', 'postinstall', 'prepare'].some((name) => file.scripts[name] !== undefined);
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw failure('runtime.build-failed', { step: 'Reading package.json', reason: messageOf(error), output: [] });
  }
  return isRecord(value) ? value : {};
}

function strings(value: unknown): Readonly<Record<string, string>> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
