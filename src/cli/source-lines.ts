/** Lines of the user's files, for showing where a finding is. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SourceLine } from './render/diagnostic.ts';

/** A file that can't be read has no lines. */
export function createSourceLines(workingDirectory: string): SourceLine {
  const files = new Map<string, readonly string[]>();
  return (file, line) => {
    let lines = files.get(file);
    if (lines === undefined) {
      lines = readLines(resolve(workingDirectory, file));
      files.set(file, lines);
    }
    return lines[line - 1];
  };
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split(/\r\n|\r|\n/);
  } catch {
    return [];
  }
}
