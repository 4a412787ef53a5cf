/** Makes small trees for the tests of packaging. */
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type PackageLimits, platformLimits } from '../../../src/packaging/limits.ts';
import type { SelectionRules } from '../../../src/packaging/selection-rules.ts';
import { temporaryDirectory } from '../../platform/temporary-directory.ts';

export interface Link {
  readonly linkTo: string;
}

/** Path -> content, or where a symbolic link leads. Files look old, as those of a project mostly are. */
export function treeOnDisk(entries: Readonly<Record<string, string | Link>>, directory = temporaryDirectory()): string {
  for (const [path, content] of Object.entries(entries)) {
    const absolute = join(directory, path);
    mkdirSync(dirname(absolute), { recursive: true });
    if (typeof content === 'string') {
      writeFileSync(absolute, content);
      utimesSync(absolute, 1_700_000_000.5, 1_700_000_000.5);
    } else symlinkSync(content.linkTo, absolute);
  }
  return directory;
}

/** Leaves out what is named `ignored`, and nothing else. */
export const everything: SelectionRules = {
  origin: 'default',
  leaveOutWith: '.gcloudignore',
  signature: 'everything',
  dropsCompiledPython: false,
  leftOutBy: (path) => (/(?:^|\/)ignored$/.test(path) ? 'ignored' : undefined),
};

export const roomy: PackageLimits = platformLimits;
