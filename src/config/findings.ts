/** Collects what is wrong with one file, each finding with its place in the text. */
import type { Diagnostic } from '../model/diagnostic.ts';
import type { DiagnosticCode } from './diagnostic-codes.ts';
import type { Path } from './yaml/path.ts';
import { isPresent, isWritten, pathText, positionOf } from './yaml/path.ts';
import type { Position, YamlNode } from './yaml/tree.ts';

export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
  /** What to point at; the value when not given. */
  readonly on?: 'key' | 'value';
  /** Which character of a text value to point at, from 1. */
  readonly inText?: number;
}

export interface Findings {
  readonly file: string;
  /** The document that the paths are places in. */
  readonly root: YamlNode | undefined;
  error(code: DiagnosticCode, finding: Finding): void;
  warning(code: DiagnosticCode, finding: Finding): void;
  /** Whether there is something at a place, right or wrong. */
  has(path: Path): boolean;
  /** The same of the file itself, without what the command line says. */
  isWritten(path: Path): boolean;
  list(): readonly Diagnostic[];
}

export function createFindings(file: string, root: YamlNode | undefined): Findings {
  const diagnostics: Diagnostic[] = [];
  const add = (severity: Diagnostic['severity'], code: DiagnosticCode, finding: Finding) => {
    const at = positionOf(root, finding.path, finding.on ?? 'value', finding.inText);
    diagnostics.push(diagnosticAt({ severity, code, file, at, ...finding }));
  };
  return {
    file,
    root,
    error: (code, finding) => add('error', code, finding),
    warning: (code, finding) => add('warning', code, finding),
    has: (path) => isPresent(root, path),
    isWritten: (path) => isWritten(root, path),
    list: () => diagnostics,
  };
}

export interface PlacedFinding extends Finding {
  readonly severity: Diagnostic['severity'];
  readonly code: DiagnosticCode;
  readonly file: string;
  readonly at: Position;
}

export function diagnosticAt(finding: PlacedFinding): Diagnostic {
  const { severity, code, file, at, path, message, hint } = finding;
  const base = { severity, code, file, line: at.line, column: at.column, path: pathText(path), message };
  return hint === undefined ? base : { ...base, hint };
}

/** For problems that have no place in a file: a file that is missing, a value from the command line. */
export function diagnosticOfFile(file: string, code: DiagnosticCode, message: string, hint?: string): Diagnostic {
  const at = { line: 1, column: 1 };
  const base = { severity: 'error', code, file, at, path: [], message } as const;
  return diagnosticAt(hint === undefined ? base : { ...base, hint });
}
