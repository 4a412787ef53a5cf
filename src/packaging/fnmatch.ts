/** Shell patterns for one name, as Python's fnmatch reads them: source text of a JavaScript regular expression. */

/** The expression that a name must match as a whole; needs the `u` flag. Never matches a `/`. */
export function fnmatchSource(pattern: string): string {
  const characters = [...pattern];
  let source = '';
  let index = 0;
  while (index < characters.length) {
    const character = characters[index] ?? '';
    index += 1;
    if (character === '*') source += source.endsWith('[^/]*') ? '' : '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const end = endOfClass(characters, index);
      if (end === undefined) source += '\\[';
      else {
        source += classSource(characters.slice(index, end));
        index = end + 1;
      }
    } else source += escaped(character);
  }
  return source;
}

export function hasWildcard(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** A `]` right after `[` or `[!` belongs to the class. */
function endOfClass(characters: readonly string[], start: number): number | undefined {
  let index = start;
  if (characters[index] === '!') index += 1;
  if (characters[index] === ']') index += 1;
  const end = characters.indexOf(']', index);
  return end === -1 ? undefined : end;
}

/** Ranges that run backwards hold nothing, which may leave the class empty: it then matches nothing, or negated anything. */
function classSource(content: readonly string[]): string {
  const isNegated = content[0] === '!';
  const members = classMembers(isNegated ? content.slice(1) : content);
  if (members === '') return isNegated ? '[^/]' : '(?!)';
  return isNegated ? `(?!/)[^${members}]` : `(?!/)[${members}]`;
}

function classMembers(content: readonly string[]): string {
  let members = '';
  let index = 0;
  while (index < content.length) {
    const from = content[index] ?? '';
    const to = content[index + 2];
    if (content[index + 1] === '-' && to !== undefined) {
      const [low, high] = [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0];
      if (low <= high) members += `${codePoint(from)}-${codePoint(to)}`;
      index += 3;
    } else {
      members += codePoint(from);
      index += 1;
    }
  }
  return members;
}

function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
