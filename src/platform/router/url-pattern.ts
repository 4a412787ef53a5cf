/** URL patterns of handlers, compiled to the cheapest test that means the same. */
import { setFlagsFromString } from 'node:v8';

// A pattern that backtracks without end would stop every application of this router, so V8 is told to finish such
// matches with its linear engine (patterns with back-references, which handlers can't use in `url`, excepted).
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
setFlagsFromString('--regexp-backtracks-before-fallback=20000');

/** The groups of a match (index 0 is the whole path), or undefined. */
export type UrlPattern = (path: string) => readonly string[] | undefined;

const metaCharacters = /[\\^$.*+?()[\]{}|]/;

/** @param url a Python regular expression for the whole path, as app.yaml has it */
export function compileUrlPattern(url: string): UrlPattern {
  if (!metaCharacters.test(url)) return (path) => (path === url ? [path] : undefined);
  const prefix = prefixOf(url);
  if (prefix !== undefined) return (path) => (path.startsWith(prefix) && isOneLine(path) ? [path] : undefined);
  const pattern = toRegExp(url);
  return (path) => {
    const match = pattern?.exec(path);
    return match ? match.map((group) => group ?? '') : undefined;
  };
}

/** `/literal/.*` is a prefix test. */
function prefixOf(url: string): string | undefined {
  if (!url.endsWith('.*')) return undefined;
  const prefix = url.slice(0, -2);
  return metaCharacters.test(prefix) ? undefined : prefix;
}

/** Python's dot does not match a line break. */
function isOneLine(path: string): boolean {
  return !path.includes('\n');
}

/** Undefined, which matches nothing, for a pattern that JavaScript can't express; deploys refuse those. */
function toRegExp(url: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${url.replaceAll('(?P<', '(?<').replaceAll('\\Z', '$')})$`);
  } catch {
    return undefined;
  }
}
