/** The parser's complaints as diagnostics in words that say what to write. */
import type { YAMLError } from 'yaml';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { DiagnosticCode } from '../diagnostic-codes.ts';
import { diagnosticAt } from '../findings.ts';
import type { ParsedDocument } from './compose.ts';
import type { Position } from './tree.ts';

/** One mistake often makes the parser stumble on; later complaints help nobody. */
const mostShown = 5;

export function syntaxDiagnostics(
  documents: readonly ParsedDocument[],
  file: string,
  place: (offset: number) => Position,
): readonly Diagnostic[] {
  const seen = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const error of documents.flatMap((document) => document.errors)) {
    const at = place(error.pos[0]);
    const key = `${at.line}`;
    if (seen.has(key) || diagnostics.length === mostShown) continue;
    seen.add(key);
    const { code, message, hint } = explain(error);
    diagnostics.push(diagnosticAt({ severity: 'error', code, file, at, path: [], message, hint }));
  }
  return diagnostics;
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
  message: 'A quote that was opened above is not closed before this place.',
  hint: 'Close the quote on the line where it begins.',
};

function explain(error: YAMLError): Explanation {
  const known = explanations[error.code];
  if (known !== undefined) return known;
  if (error.message.startsWith('Missing closing')) return unclosedQuote;
  const sentence = error.message.split('\n')[0] ?? error.message;
  const shown = sentence.length > 160 ? `${sentence.slice(0, 160)}...` : sentence;
  return { code: 'yaml-syntax', message: `Not well-formed yaml: ${shown}.`, hint: syntaxHint(error) };
}

function syntaxHint(error: YAMLError): string {
  if (error.code === 'MISSING_CHAR') return 'Close the quote or bracket, or put a ":" after the key.';
  if (error.code === 'KEY_OVER_1024_CHARS') return 'Check that this is the file you meant.';
  return 'Check indentation, quotes and brackets here and in the line above.';
}
