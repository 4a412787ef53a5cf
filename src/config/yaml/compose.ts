/** Runs the yaml package's parser with a limit on nesting, so that no input can exhaust the stack. */
import type { Document, ParsedNode } from 'yaml';
import { Composer, Lexer, type LineCounter, Parser } from 'yaml';

export type ParsedDocument = Document.Parsed<ParsedNode, true>;

/** The deepest place in any of the files is 6 levels down; the parser counts about two for each. */
const maxDepth = 64;

/** A few are enough to see that there is more than one. */
const maxDocuments = 3;

export function composeDocuments(text: string, lines: LineCounter): readonly ParsedDocument[] | 'too-deep' {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  // All scalars stay text: `yaml11.ts` decides what unquoted words mean. Keys are compared when the tree is built.
  const composer = new Composer<ParsedNode>({
    lineCounter: lines,
    schema: 'failsafe',
    version: '1.1',
    uniqueKeys: false,
    prettyErrors: false,
    stringKeys: false,
    logLevel: 'silent',
  });
  const documents: ParsedDocument[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
    if (parser.stack.length > maxDepth) return 'too-deep';
    if (documents.length >= maxDocuments) return documents;
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end(true, text.length));
  return documents;
}
