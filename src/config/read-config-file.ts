/** Reads one configuration file, never more of it than such a file can have. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { Diagnostic } from '../model/diagnostic.ts';
import { diagnosticOfFile } from './findings.ts';
import { MAX_YAML_BYTES } from './yaml/decode.ts';

export type ReadResult =
  | { readonly ok: true; readonly source: Uint8Array }
  | { readonly ok: false; readonly diagnostic: Diagnostic };

export function readConfigFile(path: string, file: string): ReadResult {
  try {
    // Opening a pipe would wait for its writer.
    if (!statSync(path).isFile()) throw new Error('it is not a file');
    const descriptor = openSync(path, 'r');
    try {
      // One byte more than allowed, so that a file that is too large is seen as such.
      const buffer = new Uint8Array(MAX_YAML_BYTES + 1);
      let length = 0;
      for (let read = -1; read !== 0 && length < buffer.length; length += read) {
        read = readSync(descriptor, buffer, length, buffer.length - length, null);
      }
      return { ok: true, source: buffer.slice(0, length) };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/,.*$/, '') : String(error);
    const diagnostic = diagnosticOfFile(
      file,
      'file-unreadable',
      `${file} can not be read: ${reason}.`,
      'Check its permissions.',
    );
    return { ok: false, diagnostic };
  }
}
