/** Bytes to text: UTF-8 only, a byte order mark is dropped, control characters are refused. */
import type { DiagnosticCode } from '../diagnostic-codes.ts';
import type { Position } from './tree.ts';

/** Far above any real file; keeps a wrong file (a database, a video) from being parsed. */
export const MAX_YAML_BYTES = 1024 * 1024;

type Decoded =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      readonly code: DiagnosticCode;
      readonly at: Position;
      readonly message: string;
      readonly hint: string;
    };

export function decodeText(source: string | Uint8Array): Decoded {
  if (source.length > MAX_YAML_BYTES) {
    const message = `The file is larger than ${MAX_YAML_BYTES} bytes, the most a configuration file may have.`;
    const at = { line: 1, column: 1 };
    return { ok: false, code: 'file-too-large', at, message, hint: 'Check that this is the file you meant.' };
  }
  const text = typeof source === 'string' ? source.replace(/^\ufeff/, '') : decodeUtf8(source);
  if (typeof text !== 'string') {
    const message = 'The file is not UTF-8 text: the bytes here are not a character.';
    return { ok: false, code: 'not-utf8', at: text, message, hint: 'Save the file as UTF-8.' };
  }
  return refuseControlCharacters(text);
}

function decodeUtf8(bytes: Uint8Array): string | Position {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Decoding leniently marks the first bad bytes with U+FFFD; a real one in the file decodes strictly, so compare by re-encoding.
    return placeOf(new TextDecoder('utf-8').decode(bytes), firstBadCharacter(bytes));
  }
}

function firstBadCharacter(bytes: Uint8Array): number {
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
  const text = lenient.decode(bytes);
  const encoder = new TextEncoder();
  let offset = 0;
  let index = 0;
  for (const character of text) {
    const encoded = encoder.encode(character);
    if (encoded.some((byte, position) => bytes[offset + position] !== byte)) return index;
    offset += encoded.length;
    index += character.length;
  }
  return index;
}

// Tab, line feed, carriage return and NEL are the control characters yaml allows; Cs are halves of characters.
const control = /[^\P{Cc}\t\n\r\u0085]|[\ufffe\uffff]|\p{Cs}/u;

function refuseControlCharacters(text: string): Decoded {
  const match = control.exec(text);
  if (match === null) return { ok: true, text };
  const code = match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  const message = `The file holds the control character U+${code}, which yaml does not allow.`;
  const hint = 'Delete it, or write it as an escape inside double quotes.';
  return { ok: false, code: 'not-utf8', at: placeOf(text, match.index), message, hint };
}

function placeOf(text: string, index: number): Position {
  const before = text.slice(0, index).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
