/** The part of Cloud Logging's query language that clients use: comparisons, NOT, OR and AND, in this precedence. */

export type Operator = '=' | '!=' | '>' | '>=' | '<' | '<=' | ':';

export type LogFilter =
  | { readonly kind: 'all' | 'any'; readonly parts: readonly LogFilter[] }
  | { readonly kind: 'not'; readonly part: LogFilter }
  | { readonly kind: 'compare'; readonly path: readonly string[]; readonly operator: Operator; readonly value: string }
  /** A word alone: anywhere in the entry. */
  | { readonly kind: 'search'; readonly text: string };

/** What is wrong with a filter, as the end of a sentence. */
export class LogFilterError extends Error {}

const MOST_TOKENS = 2000;

/** @throws LogFilterError */
export function parseLogFilter(text: string): LogFilter {
  const tokens = tokensOf(text);
  const state: Parsing = { tokens, index: 0, depth: 0 };
  const filter = tokens.length === 0 ? { kind: 'all' as const, parts: [] } : parseAll(state);
  if (state.index < tokens.length) throw new LogFilterError(`has ${peek(state)?.text} where it is not expected`);
  return filter;
}

interface Token {
  readonly kind: 'word' | 'quoted' | 'symbol';
  readonly text: string;
}

interface Parsing {
  readonly tokens: readonly Token[];
  index: number;
  depth: number;
}

const tokenPattern =
  /\s+|--[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(=~|!~|!=|>=|<=|[=><:()-])|([^\s"'=!><:()]+)/y;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (!match) throw new LogFilterError(`can not be understood at ${JSON.stringify(text.slice(at, at + 20))}`);
    const [, double, single, symbol, word] = match;
    const quoted = double ?? single;
    if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.replaceAll(/\\(.)/g, '$1') });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    if (tokens.length > MOST_TOKENS) throw new LogFilterError('is too long');
  }
  return tokens;
}

function parseAll(state: Parsing): LogFilter {
  const parts = [parseAny(state)];
  for (let next = peek(state); next && next.text !== ')'; next = peek(state)) {
    // Expressions that stand beside each other are joined by AND as well.
    if (isWord(next, 'AND')) state.index += 1;
    parts.push(parseAny(state));
  }
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'all', parts };
}

function parseAny(state: Parsing): LogFilter {
  const parts = [parseNot(state)];
  while (isWord(peek(state), 'OR')) {
    state.index += 1;
    parts.push(parseNot(state));
  }
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'any', parts };
}

function parseNot(state: Parsing): LogFilter {
  const next = peek(state);
  if (isWord(next, 'NOT') || (next?.kind === 'symbol' && next.text === '-')) {
    state.index += 1;
    return { kind: 'not', part: parseNot(state) };
  }
  if (next?.text !== '(' || next.kind !== 'symbol') return parseComparison(state);
  return inParentheses(state, () => parseAll(state));
}

function inParentheses<T>(state: Parsing, parse: () => T): T {
  state.depth += 1;
  if (state.depth > 50) throw new LogFilterError('is nested too deeply');
  state.index += 1;
  const parsed = parse();
  if (take(state).text !== ')') throw new LogFilterError('has a ( that is not closed');
  state.depth -= 1;
  return parsed;
}

const operators: readonly string[] = ['=', '!=', '>', '>=', '<', '<=', ':'];

function parseComparison(state: Parsing): LogFilter {
  const field = take(state);
  if (field.kind === 'symbol') throw new LogFilterError(`has ${field.text} where a field is expected`);
  const next = peek(state);
  if (next?.kind !== 'symbol' || next.text === ')' || next.text === '(') return { kind: 'search', text: field.text };
  if (!operators.includes(next.text)) throw new LogFilterError(`uses ${next.text}, which is not supported here`);
  state.index += 1;
  const operator = next.text as Operator;
  const path = field.text.split('.');
  const compare = (value: string): LogFilter => ({ kind: 'compare', path, operator, value });
  const value = peek(state);
  if (value?.kind === 'symbol' && value.text === '(') return inParentheses(state, () => parseValues(state, compare));
  return compare(takeValue(state));
}

/** `field=("a" OR "b")` */
function parseValues(state: Parsing, compare: (value: string) => LogFilter): LogFilter {
  const parts = [compare(takeValue(state))];
  const joint = peek(state);
  const isAny = isWord(joint, 'OR');
  while (isWord(peek(state), isAny ? 'OR' : 'AND')) {
    state.index += 1;
    parts.push(compare(takeValue(state)));
  }
  return { kind: isAny ? 'any' : 'all', parts };
}

function takeValue(state: Parsing): string {
  const sign = peek(state)?.kind === 'symbol' && peek(state)?.text === '-' ? '-' : '';
  if (sign) state.index += 1;
  const value = take(state);
  if (value.kind === 'symbol') throw new LogFilterError(`has ${value.text} where a value is expected`);
  return sign + value.text;
}

function peek(state: Parsing): Token | undefined {
  return state.tokens[state.index];
}

function take(state: Parsing): Token {
  const token = peek(state);
  if (!token) throw new LogFilterError('ends too early');
  state.index += 1;
  return token;
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text === word;
}
