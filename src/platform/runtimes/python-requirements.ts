/** A requirements.txt and what it includes: whether there is anything to install, and what the result depends on. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Requirements {
  /** Every file read, in order. */
  readonly texts: readonly string[];
  /** Something is taken from the application's own files: a wheel, a directory. */
  readonly isLocal: boolean;
  readonly isEmpty: boolean;
}

const include = /^(?:-r|--requirement|-c|--constraint)[\s=]*(\S+)/;
const installsLocally = /^(?:-e|--editable)\b/;
const localOption = /^(?:-f|--find-links|-e|--editable)\b/;
const archive = /\.(?:whl|zip|tar\.gz|tgz|tar\.bz2)\b/;

/** pip's own file format, as far as is needed to know when an installation can be shared. */
export function readRequirements(directory: string): Requirements {
  const texts: string[] = [];
  let isLocal = false;
  let isEmpty = true;
  const visit = (path: string, isConstraint: boolean): void => {
    if (!existsSync(path)) return;
    const text = readFileSync(path, 'utf8');
    if (texts.includes(text)) return;
    texts.push(text);
    for (const line of logicalLines(text)) {
      const included = include.exec(line)?.[1];
      if (included !== undefined) visit(join(dirname(path), included), isConstraint || /^(?:-c|--c)/.test(line));
      else if (!isConstraint && (!line.startsWith('-') || installsLocally.test(line))) isEmpty = false;
      if (included === undefined && refersToFiles(line)) isLocal = true;
    }
  };
  visit(join(directory, 'requirements.txt'), false);
  return { texts, isLocal, isEmpty };
}

function logicalLines(text: string): readonly string[] {
  return text
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

function refersToFiles(line: string): boolean {
  if (/\bfile:/.test(line)) return true;
  if (line.includes('://')) return false;
  return localOption.test(line) || archive.test(line) || line.split(';')[0]?.includes('/') === true;
}
