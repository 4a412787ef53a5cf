/** The names in a directory; none when there is no such directory. */
import { readdirSync } from 'node:fs';

export function readNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
