/** Chooses the rules of a module: its skip_files, its .gcloudignore, or its runtime's defaults. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../errors.ts';
import { PLAN_EXTENSION } from '../model/names.ts';
import { compilePythonRegex } from '../support/python-regex.ts';
import { defaultSkipTests, generatedIgnoreText, type RuntimeChoice } from './default-rules.ts';
import { type IgnoreLine, ignoredBy, parseIgnoreFile, readIgnoreFile } from './ignore-file.ts';

export interface SelectionRules {
  /** Where the rules come from; `default` when the person wrote none. */
  readonly origin: 'default' | 'ignore-file' | 'skip-files';
  /** What to edit to leave more out. */
  readonly leaveOutWith: string;
  /** Equal for rules that select equally: part of the file-state cache's key. */
  readonly signature: string;
  /** The rule that leaves an entry out, as its author knows it; undefined when kept. A directory has no final `/`. */
  leftOutBy(path: string, isDirectory: boolean): string | undefined;
  /** python27 never takes a `.pyc` that lies beside its `.py`. */
  readonly dropsCompiledPython: boolean;
}

export interface SelectionOptions {
  /** Absolute; the module's directory. */
  readonly directory: string;
  readonly runtime: string;
  readonly environment?: RuntimeChoice['environment'];
  /** Python regular expressions, anchored at the start only. Present, even empty: they replace the defaults. */
  readonly skipFiles?: readonly string[];
  /** A file of the directory to use instead of `.gcloudignore`. */
  readonly ignoreFile?: string;
}

/** @throws AppcfgError `packaging.two-rule-sets`, `packaging.bad-ignore-file`, `packaging.bad-skip-files` */
export function selectionRules(options: SelectionOptions): SelectionRules {
  const rules = chosenRules(options);
  return {
    ...rules,
    leftOutBy: (path, isDirectory) => planRule(path, isDirectory) ?? rules.leftOutBy(path, isDirectory),
  };
}

/** A saved plan holds digests of the files around it: it never is one of them. */
function planRule(path: string, isDirectory: boolean): string | undefined {
  return !isDirectory && path.endsWith(PLAN_EXTENSION) ? `default: *${PLAN_EXTENSION}` : undefined;
}

function chosenRules(options: SelectionOptions): SelectionRules {
  const dropsCompiledPython = options.runtime === 'python27';
  const ignoreFile = options.ignoreFile ?? presentIgnoreFile(options.directory);
  if (ignoreFile !== undefined) {
    if (options.skipFiles !== undefined) {
      throw failure('packaging.two-rule-sets', { ignoreFile: join(options.directory, ignoreFile) });
    }
    const lines = readIgnoreFile(options.directory, ignoreFile);
    return { origin: 'ignore-file', leaveOutWith: ignoreFile, dropsCompiledPython, ...fromIgnoreLines(lines) };
  }
  if (options.skipFiles !== undefined) {
    const leaveOutWith = 'skip_files in the yaml file';
    return { origin: 'skip-files', leaveOutWith, dropsCompiledPython, ...fromSkipFiles(options.skipFiles) };
  }
  const choice = { runtime: options.runtime, environment: options.environment ?? 'standard' };
  return { origin: 'default', leaveOutWith: '.gcloudignore', dropsCompiledPython, ...fromDefaults(choice) };
}

type Decision = Pick<SelectionRules, 'signature' | 'leftOutBy'>;

const IGNORE_FILE = '.gcloudignore';

function presentIgnoreFile(directory: string): string | undefined {
  return existsSync(join(directory, IGNORE_FILE)) ? IGNORE_FILE : undefined;
}

function fromIgnoreLines(lines: readonly IgnoreLine[]): Decision {
  return {
    signature: `ignore:${lines.map((line) => line.text).join('\n')}`,
    leftOutBy: (path, isDirectory) => ignoredBy(lines, path, isDirectory),
  };
}

function fromSkipFiles(patterns: readonly string[]): Decision {
  // App Engine deletes line ends, which block scalars of yaml put there.
  const sources = patterns.map((pattern) => pattern.replace(/[\r\n]/g, ''));
  const tests = sources.map((source) => ({ label: `skip_files: ${source}`, expression: compiled(source) }));
  return {
    signature: `skip:${sources.join('\n')}`,
    leftOutBy: (path) => tests.find(({ expression }) => expression.test(path))?.label,
  };
}

function compiled(pattern: string): RegExp {
  const expression = compilePythonRegex(pattern, 'start');
  if (expression instanceof RegExp) return expression;
  throw failure('packaging.bad-skip-files', { pattern, reason: expression.problem });
}

function fromDefaults(choice: RuntimeChoice): Decision {
  const text = generatedIgnoreText(choice);
  if (text !== undefined) {
    const lines = parseIgnoreFile('default', text, () => []);
    return fromIgnoreLines(lines.map((line) => ({ ...line, label: `default: ${line.text}` })));
  }
  const tests = defaultSkipTests(choice.environment);
  return {
    signature: `default:${choice.environment}`,
    leftOutBy: (path, isDirectory) => tests.find((entry) => entry.test(path, isDirectory))?.label,
  };
}
