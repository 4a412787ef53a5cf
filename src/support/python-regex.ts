/** Python's regular expressions as JavaScript's: App Engine's files are written for Python's `re`. */

export type Translated =
  | { readonly ok: true; readonly source: string; readonly flags: string }
  | { readonly ok: false; readonly problem: string };

/** What the expression must cover: any part of the text, a part from its start (`re.match`), or all of it. */
export type Anchoring = 'anywhere' | 'start' | 'whole';

interface Translation {
  readonly source: string;
  index: number;
  readonly flags: Set<string>;
  readonly names: Set<string>;
  groups: number;
  readonly references: number[];
}

interface Piece {
  readonly text: string;
  /** Characters of the source that it stands for. */
  readonly consumed: number;
}

class ExpressionError extends Error {}

/** Translates, and compiles to be sure; the problem is the end of a sentence about the expression. */
export function pythonRegex(source: string): Translated {
  const translation: Translation = {
    source,
    index: 0,
    flags: inlineFlags(source),
    names: new Set(),
    groups: 0,
    references: [],
  };
  try {
    let output = '';
    while (translation.index < source.length) {
      const piece = translateNext(translation);
      output += piece.text;
      translation.index += piece.consumed;
    }
    const beyond = translation.references.find((reference) => reference > translation.groups);
    if (beyond !== undefined) throw new ExpressionError(`refers to group ${beyond}, which it does not have`);
    const flags = [...translation.flags].filter((flag) => flag !== 'x').join('');
    new RegExp(output, flags);
    return { ok: true, source: output, flags };
  } catch (error) {
    if (error instanceof ExpressionError) return { ok: false, problem: error.message };
    if (error instanceof SyntaxError) return { ok: false, problem: reasonOf(error) };
    throw error;
  }
}

/** A RegExp without state (no `g` or `y`), or the problem. */
export function compilePythonRegex(source: string, anchoring: Anchoring): RegExp | { readonly problem: string } {
  const translated = pythonRegex(source);
  if (!translated.ok) return { problem: translated.problem };
  return new RegExp(anchored(translated.source, anchoring), translated.flags);
}

function anchored(source: string, anchoring: Anchoring): string {
  switch (anchoring) {
    case 'anywhere':
      return source;
    case 'start':
      return `${startOfText}(?:${source})`;
    case 'whole':
      return `${startOfText}(?:${source})${endOfText}`;
  }
}

// Not ^ and $: with the m flag those match at every line, and Python's $ allows a line feed after it.
const startOfText = '(?<![\\s\\S])';
const endOfText = '(?![\\s\\S])';

function reasonOf(error: SyntaxError): string {
  const reason = error.message.replace(/^Invalid regular expression: (?:\/[\s\S]*\/[a-z]*: )?/, '');
  return `does not compile (${reason.charAt(0).toLowerCase()}${reason.slice(1)})`;
}

const flagNames: Readonly<Record<string, string>> = { i: 'i', m: 'm', s: 's', x: 'x', u: '', L: '', a: '' };

/** Python 2 lets `(?i)` stand anywhere, and it counts for the whole expression. */
function inlineFlags(source: string): Set<string> {
  const flags = new Set<string>();
  for (const match of source.matchAll(/(?<!\\)\(\?([imsxuLa]+)\)/g)) {
    for (const letter of match[1] ?? '') {
      const flag = flagNames[letter];
      if (flag) flags.add(flag);
    }
  }
  return flags;
}

function translateNext(state: Translation): Piece {
  const character = state.source.charAt(state.index);
  switch (character) {
    case '\\':
      return translateEscape(state);
    case '[':
      return translateClass(state);
    case '(':
      return translateGroup(state);
    case '.':
      return piece(state.flags.has('s') ? '.' : '[^\\n]', 1);
    case '$':
      return piece(state.flags.has('m') ? '$' : `(?=\\n?${endOfText})`, 1);
    case '^':
      return piece('^', 1);
    case '{':
      return translateBrace(state);
    default:
      return state.flags.has('x') ? translateVerbose(state, character) : piece(escapeSlash(character), 1);
  }
}

function piece(text: string, consumed: number): Piece {
  return { text, consumed };
}

function escapeSlash(character: string): string {
  return character === '/' ? '\\/' : character;
}

function translateVerbose(state: Translation, character: string): Piece {
  if (/\s/.test(character)) return piece('', 1);
  if (character !== '#') return piece(escapeSlash(character), 1);
  const end = state.source.indexOf('\n', state.index);
  return piece('', (end === -1 ? state.source.length : end + 1) - state.index);
}

/** `{,3}` counts from 0 in Python; JavaScript would take it literally. */
function translateBrace(state: Translation): Piece {
  const open = /^\{,(\d+)\}/.exec(state.source.slice(state.index));
  if (open !== null) return piece(`{0,${open[1]}}`, open[0].length);
  const counted = /^\{\d+(?:,\d*)?\}/.exec(state.source.slice(state.index));
  if (counted !== null) return piece(counted[0], counted[0].length);
  return piece('\\{', 1);
}

const escapes: Readonly<Record<string, string>> = { A: startOfText, Z: endOfText, a: '\\x07' };

function translateEscape(state: Translation): Piece {
  const next = state.source.charAt(state.index + 1);
  if (next === '') throw new ExpressionError('ends with a backslash');
  const known = escapes[next];
  if (known !== undefined) return piece(known, 2);
  const digits = /^\\(0[0-7]{0,2}|[1-3][0-7]{2}|[1-9]\d?)/.exec(state.source.slice(state.index));
  if (digits !== null) return translateNumber(state, digits[1] ?? '');
  // Letters that mean something to JavaScript only are plain letters in Python.
  const keeps = /[bBdDsSwWfnrtvx]/.test(next) || !/[A-Za-z]/.test(next);
  return piece(keeps ? `\\${next}` : next, 2);
}

function translateNumber(state: Translation, digits: string): Piece {
  const isOctal = digits.startsWith('0') || digits.length === 3;
  if (isOctal) {
    const code = Number.parseInt(digits, 8).toString(16).padStart(2, '0');
    return piece(`\\x${code}`, digits.length + 1);
  }
  state.references.push(Number(digits));
  return piece(`(?:\\${digits})`, digits.length + 1);
}

function translateClass(state: Translation): Piece {
  const { source } = state;
  let index = state.index + 1;
  let output = '[';
  if (source.charAt(index) === '^') {
    output += '^';
    index += 1;
  }
  // A bracket that comes first is a member; JavaScript would end the class there.
  if (source.charAt(index) === ']') {
    output += '\\]';
    index += 1;
  }
  while (index < source.length && source.charAt(index) !== ']') {
    const character = source.charAt(index);
    const isEscape = character === '\\';
    const next = source.charAt(index + 1);
    if (isEscape) output += next === 'a' ? '\\x07' : `\\${next}`;
    else output += character === '[' ? '\\[' : escapeSlash(character);
    index += isEscape ? 2 : 1;
  }
  if (index >= source.length) throw new ExpressionError('has a [ that is not closed');
  return piece(`${output}]`, index + 1 - state.index);
}

const extensions: readonly [RegExp, (state: Translation, match: RegExpExecArray) => string][] = [
  [/^\(\?#[^)]*\)/, () => ''],
  [/^\(\?[imsxuLa]+\)/, () => ''],
  [/^\(\?P<([A-Za-z_]\w*)>/, openNamedGroup],
  [/^\(\?P=([A-Za-z_]\w*)\)/, referToName],
  [/^\(\?(?:[:=!]|<[=!])/, (_state, match) => match[0]],
];

function translateGroup(state: Translation): Piece {
  const rest = state.source.slice(state.index);
  if (!rest.startsWith('(?')) {
    state.groups += 1;
    return piece('(', 1);
  }
  for (const [expression, translate] of extensions) {
    const match = expression.exec(rest);
    if (match !== null) return piece(translate(state, match), match[0].length);
  }
  throw new ExpressionError(`uses ${rest.slice(0, 4)}..., which is not supported`);
}

function openNamedGroup(state: Translation, match: RegExpExecArray): string {
  const name = match[1] ?? '';
  if (state.names.has(name)) throw new ExpressionError(`has two groups named ${name}`);
  state.names.add(name);
  state.groups += 1;
  return `(?<${name}>`;
}

function referToName(state: Translation, match: RegExpExecArray): string {
  const name = match[1] ?? '';
  if (!state.names.has(name)) throw new ExpressionError(`refers to group ${name}, which it does not have`);
  return `\\k<${name}>`;
}

/** How many groups an expression that compiles has: what `\1` and so on may refer to. */
export function groupCount(source: string): number {
  const translated = pythonRegex(source);
  if (!translated.ok) return 0;
  return (new RegExp(`${translated.source}|`, translated.flags).exec('')?.length ?? 1) - 1;
}
