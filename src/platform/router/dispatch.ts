/** Dispatch rules: a path on a host goes to another module (App Engine's dispatch.yaml). */
import type { DispatchRule } from '../../model/settings.ts';

export interface CompiledDispatchRule {
  readonly module: string;
  /** Without its star when `isHostSuffix`. */
  readonly host: string;
  readonly isHostSuffix: boolean;
  /** Without its star when `isPathPrefix`. */
  readonly path: string;
  readonly isPathPrefix: boolean;
}

/** Paths of the platform are never dispatched, except these. */
const dispatchedPlatformPaths = ['/_ah/queue/deferred', '/_ah/api'];

/** Rules in their order; one that names a module which is not deployed is left out. */
export function compileDispatch(
  rules: readonly DispatchRule[],
  isDeployed: (module: string) => boolean,
): readonly CompiledDispatchRule[] {
  return rules.filter((rule) => isDeployed(rule.module)).flatMap(compileRule);
}

/** The rules that can apply to a host at all; worked out once a host. */
export function rulesForHosts(
  rules: readonly CompiledDispatchRule[],
  hosts: readonly string[],
): readonly CompiledDispatchRule[] {
  return rules.filter((rule) => hosts.some((host) => matches(rule.host, rule.isHostSuffix, host, false)));
}

/** @param path decoded, without the query */
export function dispatchModule(rules: readonly CompiledDispatchRule[], path: string): string | undefined {
  if (rules.length === 0 || isPlatformPath(path)) return undefined;
  for (const rule of rules) {
    if (matches(rule.path, rule.isPathPrefix, path, true)) return rule.module;
  }
  return undefined;
}

function compileRule(rule: DispatchRule): readonly CompiledDispatchRule[] {
  const slash = rule.url.indexOf('/');
  if (slash <= 0) return [];
  // Rules of an application's regional host apply to its short one too, and the reverse.
  const host = rule.url
    .slice(0, slash)
    .toLowerCase()
    .replace(/\.[a-z0-9-]+\.r\.appspot\.com$/, '.appspot.com');
  const path = rule.url.slice(slash);
  const isHostSuffix = host.startsWith('*');
  const isPathPrefix = path.endsWith('*');
  return [
    {
      module: rule.module,
      host: isHostSuffix ? host.slice(1) : host,
      isHostSuffix,
      path: isPathPrefix ? path.slice(0, -1) : path,
      isPathPrefix,
    },
  ];
}

function matches(pattern: string, isGlob: boolean, text: string, starIsLast: boolean): boolean {
  if (!isGlob) return text === pattern;
  return starIsLast ? text.startsWith(pattern) : text.endsWith(pattern);
}

function isPlatformPath(path: string): boolean {
  return path.startsWith('/_ah/') && !dispatchedPlatformPaths.some((prefix) => path.startsWith(prefix));
}
