/** Reads the lines of a segment. */
import { readFile } from 'node:fs/promises';
import type { Pace } from '../store/pace.ts';

/** `index` is the line's number in its segment. */
export type LineVisitor = (line: string, index: number) => void;

/**
 * Complete lines only: what follows the last newline was torn off by a crash. Gives way to other work.
 * @returns false when the file is gone
 */
export async function visitFile(file: string, pace: Pace, visit: LineVisitor): Promise<boolean> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  let index = 0;
  for (let start = 0, end = text.indexOf('\n'); end >= 0; start = end + 1, end = text.indexOf('\n', start)) {
    if (end > start) visit(text.slice(start, end), index);
    index += 1;
    if (pace.isDue) await pace.rest();
  }
  return true;
}
