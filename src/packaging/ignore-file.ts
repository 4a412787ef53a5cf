/** A .gcloudignore file: its lines as rules, with gcloud's `#!include:` of another file of the same directory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failure, messageOf } from '../errors.ts';
import { type IgnoreGlob, ignoreGlob } from './ignore-glob.ts';

export interface IgnoreLine {
  /** `.gcloudignore:3 *.log` */
  readonly label: string;
  /** The line as it is written. */
  readonly text: string;
  readonly isReinclusion: boolean;
  readonly glob: IgnoreGlob;
}

/** The rules of a file in `directory`. @throws AppcfgError `packaging.bad-ignore-file` */
export function readIgnoreFile(directory: string, name: string): readonly IgnoreLine[] {
  return parseIgnoreFile(name, readText(directory, name), (included) =>
    // One level only: what an included file includes is not read.
    parseIgnoreFile(included, readText(directory, included), () => []),
  );
}

/** @param include gives the lines of another file; called for each `#!include:` line */
export function parseIgnoreFile(
  name: string,
  text: string,
  include: (name: string) => readonly IgnoreLine[],
): readonly IgnoreLine[] {
  const rules: IgnoreLine[] = [];
  linesOf(text).forEach((line, index) => {
    if (line.startsWith('#')) {
      const included = includedName(name, line);
      if (included !== undefined) rules.push(...include(included));
      return;
    }
    const isReinclusion = line.startsWith('!');
    const glob = ignoreGlob(isReinclusion ? line.slice(1) : line);
    if (glob !== undefined) rules.push({ label: `${name}:${index + 1} ${line}`, text: line, isReinclusion, glob });
  });
  return rules;
}

/** The last line that matches decides. */
export function ignoredBy(rules: readonly IgnoreLine[], path: string, isDirectory: boolean): string | undefined {
  for (let index = rules.length - 1; index >= 0; index -= 1) {
    const rule = rules[index];
    if (rule?.glob.matches(path, isDirectory)) return rule.isReinclusion ? undefined : rule.label;
  }
  return undefined;
}

/** The line ends of Python's str.splitlines, which gcloud uses. */
function linesOf(text: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they end a line.
  return text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/);
}

function includedName(file: string, line: string): string | undefined {
  const included = /^#\s*!include:(.*)$/s.exec(line)?.[1];
  if (included?.includes('/')) {
    throw failure('packaging.bad-ignore-file', { file, reason: `"${line}" names a file of another directory` });
  }
  return included;
}

function readText(directory: string, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(join(directory, name)));
  } catch (error) {
    const reason = error instanceof TypeError ? 'it is not UTF-8 text' : messageOf(error);
    throw failure('packaging.bad-ignore-file', { file: join(directory, name), reason }, { cause: error });
  }
}
