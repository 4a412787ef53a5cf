/** Text to a yaml tree: syntax, and what App Engine's reader refuses (anchors, tags, several documents), are reported here. */
import { LineCounter } from 'yaml';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { DiagnosticCode } from '../diagnostic-codes.ts';
import { diagnosticAt } from '../findings.ts';
import { buildTree } from './build-tree.ts';
import { composeDocuments } from './compose.ts';
import { decodeText } from './decode.ts';
import { syntaxDiagnostics } from './syntax-errors.ts';
import type { Position, YamlNode } from './tree.ts';

export interface YamlReading {
  /** Absent when the file is empty or too broken to look into. */
  readonly root?: YamlNode;
  readonly isEmpty: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reports on an empty document as well; a caller for whom that is fine passes `allowsEmpty`. */
export function readYaml(source: string | Uint8Array, file: string, allowsEmpty = false): YamlReading {
  const decoded = decodeText(source);
  if (!decoded.ok) return broken(file, decoded.code, decoded.at, decoded.message, decoded.hint);
  const lines = new LineCounter();
  const composed = composeDocuments(decoded.text, lines);
  const place = (offset: number) => positionAt(lines, offset);
  if (composed === 'too-deep') {
    const message = 'The document is nested more deeply than any App Engine file can be.';
    return broken(file, 'yaml-depth', start, message, 'Look for brackets or dashes that are repeated by mistake.');
  }
  const [document, second] = composed;
  const syntax = syntaxDiagnostics(composed, { file, text: decoded.text, place });
  if (syntax.length > 0) return { isEmpty: false, diagnostics: syntax };
  if (second !== undefined) {
    const message = 'The file holds more than one yaml document (a second "---").';
    return broken(file, 'multiple-documents', place(second.range[0]), message, 'Keep one document in each file.');
  }
  if (document === undefined || isEmptyDocument(document.contents)) {
    const message = 'The file is empty: it holds no yaml document.';
    if (!allowsEmpty)
      return { ...broken(file, 'empty-file', start, message, 'Fill it in or delete it.'), isEmpty: true };
    return { isEmpty: true, diagnostics: [] };
  }
  const tree = buildTree(document, { file, text: decoded.text, place });
  return { root: tree.root, isEmpty: false, diagnostics: tree.diagnostics };
}

const start: Position = { line: 1, column: 1 };

function broken(file: string, code: DiagnosticCode, at: Position, message: string, hint?: string): YamlReading {
  const finding = { severity: 'error', code, file, at, path: [], message } as const;
  return { isEmpty: false, diagnostics: [diagnosticAt(hint === undefined ? finding : { ...finding, hint })] };
}

function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function isEmptyDocument(contents: unknown): boolean {
  if (contents === null || contents === undefined) return true;
  return (
    typeof contents === 'object' &&
    'source' in contents &&
    contents.source === '' &&
    !('anchor' in contents && contents.anchor)
  );
}
