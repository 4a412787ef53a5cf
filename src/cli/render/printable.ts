/** Text of others (logs, file names) made safe for a terminal: it can colour nothing, move nothing and send nothing back. */
import { stripVTControlCharacters } from 'node:util';

export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    if (character === '\t') return character;
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
