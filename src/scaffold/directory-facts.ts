/** What lies in a directory, as detection asks for it. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface DirectoryFacts {
  /** Of the directory itself. */
  readonly names: readonly string[];
  /** undefined when there is no such file, or one that is too big to be worth reading. */
  read(path: string): string | undefined;
  /** Names in a folder of it; none when there is no such folder. */
  namesIn(folder: string): readonly string[];
}

/** Bytes. */
const MOST_TEXT = 1024 * 1024;

/** A directory that does not exist is empty. */
export function directoryFacts(directory: string): DirectoryFacts {
  const namesIn = (folder: string): readonly string[] => {
    try {
      return readdirSync(join(directory, folder)).sort();
    } catch {
      return [];
    }
  };
  return {
    names: namesIn('.'),
    namesIn,
    read: (path) => {
      try {
        const file = join(directory, path);
        return statSync(file).size > MOST_TEXT ? undefined : readFileSync(file, 'utf8');
      } catch {
        return undefined;
      }
    },
  };
}
