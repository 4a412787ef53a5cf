/** The last request of a log file: where an appended download goes on. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** As far back as the original looked. */
const LAST_BYTES = 64 * 1024;

/** The last line that does not begin with a tab; undefined when there is none, or no file. */
export function lastRequestLine(file: string): string | undefined {
  return lastBytes(file)
    ?.split('\n')
    .filter((line) => line !== '' && !line.startsWith('\t'))
    .at(-1);
}

function lastBytes(file: string): string | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { size } = fstatSync(handle);
    const begin = Math.max(0, size - LAST_BYTES);
    const content = Buffer.alloc(size - begin);
    const read = readSync(handle, content, 0, content.length, begin);
    const text = content.subarray(0, read).toString();
    // What was cut at its beginning is no line.
    return begin === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    closeSync(handle);
  }
}
