/** Directories and files that nobody needs: renamed away at once, deleted when there is time. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readNames } from './read-names.ts';

export interface Trash {
  /** Nothing is at `path` afterwards. */
  discard(path: string): Promise<void>;
  empty(): Promise<void>;
}

export function createTrash(directory: string): Trash {
  mkdirSync(directory, { recursive: true });
  return {
    async discard(path) {
      try {
        renameSync(path, join(directory, randomBytes(12).toString('hex')));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') return;
        if (code !== 'EXDEV') throw error;
        await rm(path, { recursive: true, force: true });
      }
    },
    async empty() {
      for (const name of readNames(directory)) await rm(join(directory, name), { recursive: true, force: true });
    },
  };
}
