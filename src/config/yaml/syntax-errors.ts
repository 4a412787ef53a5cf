/** The parser's complaints as diagnostics in words that say what to write. */
import type { YAMLError } from 'yaml';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { DiagnosticCode } from '../diagnostic-codes.ts';
import { diagnosticAt } from '../findings.ts';
import type { ParsedDocument } from './compose.ts';
import type { Position } from './tree.ts';

/** One mistake often makes the parser stumble on; later complaints help nobody. */
const mostShown = 5;

export interface SourceText {
  readonly file: string;
  readonly text: string;
  readonly place: (offset: number) => Position;
}

export function syntaxDiagnostics(documents: readonly ParsedDocument[], source: SourceText): readonly Diagnostic[] {
  const { file, place } = source;
  const seen = new Set<number>();
  const diagnostics: Diagnostic[] = [];
  for (const error of documents.flatMap((document) => document.errors)) {
    const at = place(offsetOf(error, source.text));
    if (seen.has(at.line) || diagnostics.length === mostShown) continue;
    seen.add(at.line);
    const { code, message, hint } = explain(error);
    diagnostics.push(diagnosticAt({ severity: 'error', code, file, at, path: [], message, hint }));
  }
  return diagnostics;
}

const missingQuote = /^Missing closing (["'])/;

/** The parser points to where a quote should have ended, which is mostly the end of the file; where it begins says more. */
function offsetOf(error: YAMLError, text: string): number {
  const quote = missingQuote.exec(error.message)?.[1];
  const opening = quote === undefined ? -1 : text.lastIndexOf(quote, error.pos[0] - 1);
  return opening === -1 ? error.pos[0] : opening;
}

interface Explanation {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint: string;
}

const explanations: Partial<Record<YAMLError['code'], Explanation>> = {
  TAB_AS_INDENT: {
    code: 'yaml-tab',
    message: 'A tab is used for indentation; yaml allows spaces only.',
    hint: 'Replace the tab by spaces.',
  },
  MULTILINE_IMPLICIT_KEY: {
    code: 'yaml-syntax',
    message: 'This line has no colon, so it is neither a key nor a value.',
    hint: 'Write "key: value", with a space after the colon.',
  },
  BAD_INDENT: {
    code: 'yaml-syntax',
    message: 'The indentation of this line does not fit the lines above it.',
    hint: 'Indent entries of one level by the same number of spaces.',
  },
  BAD_DQ_ESCAPE: {
    code: 'yaml-syntax',
    message: 'This backslash escape is not one that double quotes allow.',
    hint: 'Use single quotes, which take backslashes as they are.',
  },
  BAD_SCALAR_START: {
    code: 'yaml-syntax',
    message: 'A value can not begin with this character (@ or `) without quotes.',
    hint: 'Put the value in single quotes.',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    code: 'yaml-syntax',
    message: 'A second "key: value" on one line.',
    hint: 'Put each key on a line of its own, or quote a value that contains ": ".',
  },
  BAD_ALIAS: {
    code: 'yaml-anchor',
    message: 'A value that begins with * or & is a yaml alias or anchor, which App Engine refuses.',
    hint: 'Put the value in single quotes.',
  },
  RESOURCE_EXHAUSTION: {
    code: 'yaml-depth',
    message: 'The document is nested more deeply than any App Engine file can be.',
    hint: 'Look for brackets or dashes that are repeated by mistake.',
  },
};

const unclosedQuote: Explanation = {
  code: 'yaml-syntax',
  message: 'This quote is not closed.',
  hint: 'Close it at the end of the value.',
};

function explain(error: YAMLError): Explanation {
  const known = explanations[error.code];
  if (known !== undefined) return known;
  if (missingQuote.test(error.message)) return unclosedQuote;
  const sentence = error.message.split('\n')[0] ?? error.message;
  const shown = sentence.length > 160 ? `${sentence.slice(0, 160)}...` : sentence;
  return { code: 'yaml-syntax', message: `Not well-formed yaml: ${shown}.`, hint: syntaxHint(error) };
}

function syntaxHint(error: YAMLError): string {
  if (error.code === 'MISSING_CHAR') return 'Close the quote or bracket, or put a ":" after the key.';
  if (error.code === 'KEY_OVER_1024_CHARS') return 'Check that this is the file you meant.';
  return 'Check indentation, quotes and brackets here and in the line above.';
}
