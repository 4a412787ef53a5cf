/** Cuts a schedule into tokens. Blanks separate and are optional: `every5minutes` is three tokens. */
import { ordinalWords, words } from './vocabulary.ts';

export interface Token {
  readonly kind: 'word' | 'number' | 'time' | 'comma' | 'unknown' | 'end';
  readonly text: string;
  /** Of its first character, from 1. */
  readonly column: number;
}

/** Of every kind in turn; what none of them takes is unknown up to the next blank or comma. */
const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['comma', /,/y],
  ['word', /\d+(?:st|nd|rd|th)/y],
  ['time', /(?:2[0-3]|[01]?\d):[0-5]\d(?![\d:])/y],
  ['number', /\d+(?![\d:.])/y],
  ['word', /[a-z]+/y],
];
const longestWord = Math.max(...[...words].map((word) => word.length));
const unknownRun = /[^ \t\r\n,]+/y;
const blanks = /[ \t\r\n]*/y;

/** Ends with a token of kind `end`. Never fails: what makes no sense is `unknown`. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = matchAt(blanks, text, 0).length;
  while (at < text.length) {
    for (const token of tokensAt(text, at)) {
      tokens.push(token);
      at += token.text.length;
    }
    at += matchAt(blanks, text, at).length;
  }
  tokens.push({ kind: 'end', text: '', column: text.trimEnd().length + 1 });
  return tokens;
}

function tokensAt(text: string, at: number): readonly Token[] {
  for (const [kind, pattern] of patterns) {
    const found = matchAt(pattern, text, at);
    if (found === '') continue;
    const parts = kind === 'word' ? splitWords(found) : [found];
    if (!parts) break;
    let column = at + 1;
    return parts.map((part) => {
      const token: Token = { kind, text: part, column };
      column += part.length;
      return token;
    });
  }
  return [{ kind: 'unknown', text: matchAt(unknownRun, text, at), column: at + 1 }];
}

/**
 * `everymonday` is two words; undefined for letters that are no sequence of words. From the end backwards, so that
 * neither the many ways to cut `sundaysunday...` nor its length costs more than one look at each letter.
 */
function splitWords(letters: string): readonly string[] | undefined {
  if (/^\d/.test(letters)) return letters in ordinalWords ? [letters] : undefined;
  /** At each position the longest word after which the rest is words as well. */
  const wordAt: (string | undefined)[] = [];
  for (let start = letters.length - 1; start >= 0; start -= 1) {
    for (
      let length = Math.min(longestWord, letters.length - start);
      length > 0 && wordAt[start] === undefined;
      length -= 1
    ) {
      const end = start + length;
      if (end < letters.length && wordAt[end] === undefined) continue;
      const word = letters.slice(start, end);
      if (words.has(word)) wordAt[start] = word;
    }
  }
  const found: string[] = [];
  for (let at = 0; at < letters.length; at += found.at(-1)?.length ?? 0) {
    const word = wordAt[at];
    if (word === undefined) return undefined;
    found.push(word);
  }
  return found;
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
