/** JSON files that their owner alone may read: written beside and renamed, refused when others could read them. */
import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { failure, messageOf } from '../errors.ts';

/**
 * undefined when there is none.
 * @param mayBeRead others may read it, though not write to it: for what is no secret
 * @throws AppcfgError `credentials.file-open`, `credentials.file-unusable`
 */
export function readPrivateFile(file: string, { mayBeRead = false } = {}): unknown {
  const state = lstatSync(file, { throwIfNoEntry: false });
  if (state === undefined) return undefined;
  const owner = process.getuid?.() ?? state.uid;
  if (
    !state.isFile() ||
    state.uid !== owner ||
    (process.platform !== 'win32' && (state.mode & (mayBeRead ? 0o022 : 0o077)) !== 0)
  )
    throw failure('credentials.file-open', { file });
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw failure('credentials.file-unusable', { file, reason: messageOf(error) });
  }
}

/** @throws AppcfgError `credentials.file-unusable` */
export function writePrivateFile(file: string, value: unknown): void {
  const temporary = `${file}.${process.pid}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    rmSync(temporary, { force: true });
    const descriptor = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(descriptor, `${JSON.stringify(value, null, 2)}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw failure('credentials.file-unusable', { file, reason: messageOf(error) });
  }
}
