/** Header fields in their one canonical form (RFC 9112 5): what is written otherwise is not read here. */

const TOKEN = 1;
const VALUE = 2;

/** What a character may be part of. Bare CR, LF, NUL and other controls may be part of nothing. */
const kinds = new Uint8Array(256);
for (let code = 0x20; code < 256; code += 1) if (code !== 0x7f) kinds[code] = VALUE;
kinds[0x09] = VALUE;
for (const character of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  kinds[character.charCodeAt(0)] = TOKEN | VALUE;
}

/**
 * Names and values, alternating; undefined when a line is not `name: value` in plain characters (folded lines, spaces
 * before the colon, controls).
 * @param text Latin-1, each line ended by CRLF
 * @param end after the last line's CRLF
 */
export function parseFields(text: string, start: number, end: number): string[] | undefined {
  const fields: string[] = [];
  let position = start;
  while (position < end) {
    const colon = tokenEnd(text, position);
    if (colon === position || text.charCodeAt(colon) !== 0x3a) return undefined;
    const lineEnd = valueEnd(text, colon + 1);
    if (text.charCodeAt(lineEnd) !== 0x0d || text.charCodeAt(lineEnd + 1) !== 0x0a) return undefined;
    fields.push(text.slice(position, colon), trimmed(text, colon + 1, lineEnd));
    position = lineEnd + 2;
  }
  return position === end ? fields : undefined;
}

/** @param lines well-formed, each with its end */
export function fieldsOf(lines: string): readonly string[] {
  return parseFields(lines, 0, lines.length) ?? [];
}

/** Whether a value may stand in a header line: anything else could begin a line of its own. */
export function isFieldValue(value: string): boolean {
  return !/[^\t\x20-\x7e\x80-\xff]/.test(value);
}

export function isFieldName(name: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name);
}

/** @param fields names and values, alternating, known to be well-formed */
export function fieldLines(fields: readonly string[]): string {
  let text = '';
  for (let index = 0; index + 1 < fields.length; index += 2) text += `${fields[index]}: ${fields[index + 1]}\r\n`;
  return text;
}

/** A field that would not be one field. */
export class InvalidFieldError extends Error {
  constructor(name: string) {
    super(`The header ${JSON.stringify(name)} has characters that a header can't have.`);
    this.name = 'InvalidFieldError';
  }
}

/** @throws InvalidFieldError */
export function checkedFieldLines(fields: readonly string[]): string {
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] as string;
    if (!isFieldName(name) || !isFieldValue(fields[index + 1] as string)) throw new InvalidFieldError(name);
  }
  return fieldLines(fields);
}

function tokenEnd(text: string, start: number): number {
  let position = start;
  while (((kinds[text.charCodeAt(position)] ?? 0) & TOKEN) !== 0) position += 1;
  return position;
}

function valueEnd(text: string, start: number): number {
  let position = start;
  while (((kinds[text.charCodeAt(position)] ?? 0) & VALUE) !== 0) position += 1;
  return position;
}

/** Without the white space around it. */
function trimmed(text: string, start: number, end: number): string {
  let first = start;
  let last = end;
  while (first < last && isBlank(text.charCodeAt(first))) first += 1;
  while (last > first && isBlank(text.charCodeAt(last - 1))) last -= 1;
  return text.slice(first, last);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
