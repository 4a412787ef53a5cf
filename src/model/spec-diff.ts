/** Which keys of a version's configuration differ. Pure. */
import type { VersionSpec } from './version-spec.ts';

export interface ConfigurationChange {
  /** `scaling.maxInstances`, `handlers.2.url`, `environmentVariables.COLOUR`. */
  readonly key: string;
  /** JSON values; absent on the side that lacks the key, and of variables, which may be secrets. */
  readonly before?: unknown;
  readonly after?: unknown;
  readonly change: 'added' | 'changed' | 'removed';
}

const PRIVATE = /^(environmentVariables|buildEnvironmentVariables)\./;

export function specDiff(before: VersionSpec, after: VersionSpec): readonly ConfigurationChange[] {
  const was = leaves(before);
  const is = leaves(after);
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((key): ConfigurationChange[] => {
    if (JSON.stringify(was.get(key)) === JSON.stringify(is.get(key))) return [];
    const change = !was.has(key) ? 'added' : is.has(key) ? 'changed' : 'removed';
    if (PRIVATE.test(key)) return [{ key, change }];
    return [
      {
        key,
        ...(was.has(key) ? { before: was.get(key) } : {}),
        ...(is.has(key) ? { after: is.get(key) } : {}),
        change,
      },
    ];
  });
}

/** Path -> value of everything that is neither an object nor a list; empty ones are what is absent. */
function leaves(value: unknown, path = '', found = new Map<string, unknown>()): ReadonlyMap<string, unknown> {
  if (value === undefined) return found;
  if (value === null || typeof value !== 'object') return found.set(path, value);
  for (const [key, child] of Object.entries(value)) leaves(child, path === '' ? key : `${path}.${key}`, found);
  return found;
}
