/** One pattern of a .gcloudignore file, with the meaning gcloud gives it, which is not always git's. */
import { fnmatchSource, hasWildcard } from './fnmatch.ts';

export interface IgnoreGlob {
  /** True when it names this entry itself; what is inside an ignored directory is left out by not walking into it. */
  matches(path: string, isDirectory: boolean): boolean;
}

/** Reads one line without its leading `!`; undefined when the line is blank or not a pattern. */
export function ignoreGlob(line: string): IgnoreGlob | undefined {
  const onlyDirectories = line.endsWith('/');
  const spaced = withoutTrailingSpaces(onlyDirectories ? line.slice(0, -1) : line).replaceAll('\\ ', ' ');
  if (/(?<!\\)\\(?:\\\\)*$/.test(spaced)) return undefined;
  const pattern = spaced.replace(/\\([^\\])/gs, '$1').replaceAll('\\\\', '\\');
  if (pattern === '') return undefined;
  const test = pathTest(pattern);
  return { matches: (path, isDirectory) => (isDirectory || !onlyDirectories) && test(path) };
}

/** A backslash and the character after it stay together, so `\ ` at the end keeps its space. */
function withoutTrailingSpaces(line: string): string {
  const tokens = line.match(/\\.|./gsu) ?? [];
  let length = tokens.length;
  while (length > 0 && tokens[length - 1] === ' ') length -= 1;
  return tokens.slice(0, length).join('');
}

type PathTest = (path: string) => boolean;

function pathTest(pattern: string): PathTest {
  const parts = pattern.split('/');
  const isDeep = parts.includes('**');
  const isAnchored = parts[0] === '';
  if (isAnchored) parts.shift();
  if (parts.includes('')) return () => false;
  if (isDeep) return expressionTest(`^${deepSource(parts)}$`);
  if (isAnchored) return expressionTest(`^${parts.map(fnmatchSource).join('/')}$`);
  return floatingTest(parts);
}

/** `**` stands for any number of names, none included; a pattern that has one is anchored. */
function deepSource(parts: readonly string[]): string {
  if (parts.every((part) => part === '**')) return '.*';
  let source = '';
  let isStart = true;
  parts.forEach((part, index) => {
    if (part !== '**') {
      source += `${isStart ? '' : '/'}${fnmatchSource(part)}`;
      isStart = false;
    } else if (parts[index - 1] !== '**') source += isStart ? '(?:[^/]+/)*' : '(?:/[^/]+)*';
  });
  return source;
}

/** Unlike git, a slash in the middle does not anchor: `a/b` also means `x/a/b`. */
function floatingTest(parts: readonly string[]): PathTest {
  const [first = '', ...rest] = parts;
  const tail = rest.map((part) => `/${fnmatchSource(part)}`).join('');
  if (first === '*') return leadingStarTest(rest);
  if (/^\*+$/.test(first)) return rest.length === 0 ? () => true : expressionTest(`(?:^|/)${tail.slice(1)}$`);
  if (rest.length === 0 && !hasWildcard(first)) return nameTest(first);
  return expressionTest(`(?:^|/)${fnmatchSource(first)}${tail}$`);
}

/**
 * `*` as the first of several parts stands for the top directory or a directory in it. gcloud looks at the length of
 * what comes before, so a parent with a one-letter name passes too; kept, because the file set must be the same.
 */
function leadingStarTest(rest: readonly string[]): PathTest {
  if (rest.length === 0) return expressionTest('^(?:[^/]/)?[^/]+$');
  return expressionTest(`^(?:(?:[^/]/)?[^/]+/)?${rest.map(fnmatchSource).join('/')}$`);
}

/** Most patterns are plain names; comparing beats an expression. */
function nameTest(name: string): PathTest {
  const ending = `/${name}`;
  return (path) => path === name || path.endsWith(ending);
}

function expressionTest(source: string): PathTest {
  const expression = new RegExp(source, 'su');
  return (path) => expression.test(path);
}
