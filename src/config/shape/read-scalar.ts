/** Reads single values against their shapes. */
import { nearest } from '../../support/nearest.ts';
import type { Findings } from '../findings.ts';
import type { Path } from '../yaml/path.ts';
import type { YamlNode, YamlScalar } from '../yaml/tree.ts';
import { describeNode, quoteForMessage } from '../yaml/tree.ts';
import { textAppEngineSaw } from '../yaml/yaml11.ts';
import type { BooleanShape, ChoiceShape, NumberShape, TextShape } from './shape.ts';

export function readText(shape: TextShape, node: YamlNode, path: Path, findings: Findings): unknown {
  const scalar = scalarOf(node, shape.what, path, findings);
  if (scalar === undefined || refusesReading(shape, scalar, path, findings)) return undefined;
  const parsed = shape.parse(scalar.text);
  if ('problem' in parsed) {
    const link = parsed.isSentence === true ? '' : 'it ';
    const message = `${quoteForMessage(scalar.text)} is not ${shape.what}: ${link}${parsed.problem}.`;
    const hint = parsed.hint ?? (shape.example === undefined ? undefined : exampleHint(path, shape.example));
    findings.error(parsed.code ?? 'bad-value', {
      path,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(parsed.column === undefined ? {} : { inText: parsed.column }),
    });
    return undefined;
  }
  warnOfOtherReading(scalar, path, findings);
  return parsed.value;
}

export function readChoice(shape: ChoiceShape, node: YamlNode, path: Path, findings: Findings): unknown {
  const words = shape.shown;
  const scalar = scalarOf(node, `one of ${words.join(', ')}`, path, findings);
  if (scalar === undefined) return undefined;
  if (Object.hasOwn(shape.values, scalar.text)) return shape.values[scalar.text];
  const message = `${quoteForMessage(scalar.text)} is not one of ${words.join(', ')}.`;
  findings.error('unknown-value', { path, message, hint: choiceHint(shape, scalar.text) });
  return undefined;
}

function choiceHint({ gone, shown }: ChoiceShape, word: string): string {
  if (Object.hasOwn(gone, word)) return gone[word] ?? '';
  const close = /^\d+$/.test(word) ? undefined : closest(word, shown);
  return close === undefined ? `Write one of: ${shown.join(', ')}.` : `Did you mean ${close}?`;
}

const wordsForTrue = new Set(['true', 'yes', 'on']);
const wordsForFalse = new Set(['false', 'no', 'off']);

export function readBoolean(shape: BooleanShape, node: YamlNode, path: Path, findings: Findings): boolean | undefined {
  const scalar = scalarOf(node, 'true or false', path, findings);
  if (scalar === undefined) return undefined;
  if (typeof scalar.value === 'boolean') return scalar.value;
  const word = scalar.text.toLowerCase();
  const isLenient = !shape.isStrict;
  if (isLenient && (scalar.value === 0 || scalar.value === 1 || wordsForTrue.has(word))) return scalar.value !== 0;
  if (isLenient && wordsForFalse.has(word)) {
    const message = `${quoteForMessage(scalar.text)} in quotes is text, and App Engine reads any text as true; so it is true here too.`;
    findings.warning('yaml-reading', { path, message, hint: 'Write false, or true, without quotes.' });
    return true;
  }
  const message = `${quoteForMessage(scalar.text)} is not true or false.`;
  findings.error('wrong-type', { path, message, hint: 'Write true or false, without quotes.' });
  return undefined;
}

export function readNumber(shape: NumberShape, node: YamlNode, path: Path, findings: Findings): number | undefined {
  const what = shape.kind === 'integer' ? 'a whole number' : 'a number';
  const scalar = scalarOf(node, what, path, findings);
  if (scalar === undefined) return undefined;
  const value = numberOf(scalar);
  if (value === undefined || !Number.isFinite(value) || (shape.kind === 'integer' && !Number.isSafeInteger(value))) {
    const message = `${quoteForMessage(scalar.text)} is not ${what}.`;
    findings.error('wrong-type', { path, message, hint: exampleHint(path, String(shape.minimum ?? 1)) });
    return undefined;
  }
  if (isOutside(shape, value, path, findings)) return undefined;
  warnOfOtherBase(scalar, value, path, findings);
  return value;
}

function numberOf(scalar: YamlScalar): number | undefined {
  if (typeof scalar.value === 'number') return scalar.value;
  const isNumeral = typeof scalar.value === 'string' && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(scalar.value);
  return isNumeral ? Number(scalar.value) : undefined;
}

function isOutside(shape: NumberShape, value: number, path: Path, findings: Findings): boolean {
  const { minimum, maximum } = shape;
  const reason = shape.reason === undefined ? '' : ` (${shape.reason})`;
  if (minimum !== undefined && value < minimum) {
    const hint = `Write ${minimum} or more.`;
    findings.error('out-of-range', {
      path,
      message: `${value} is less than ${minimum}, the least allowed${reason}.`,
      hint,
    });
    return true;
  }
  if (maximum !== undefined && value > maximum) {
    const hint = `Write ${maximum} or less.`;
    findings.error('out-of-range', {
      path,
      message: `${value} is more than ${maximum}, the most allowed${reason}.`,
      hint,
    });
    return true;
  }
  return false;
}

function warnOfOtherBase(scalar: YamlScalar, value: number, path: Path, findings: Findings): void {
  if (!/^[-+]?0[0-9a-fA-FxX]|:/.test(scalar.text) || /^[-+]?0\./.test(scalar.text)) return;
  const message = `YAML 1.1 reads ${scalar.text} as ${value}, and that is used.`;
  findings.warning('yaml-reading', { path, message, hint: `Write ${value}.` });
}

/** The value as a single one; a list or mapping is reported. */
function scalarOf(node: YamlNode, what: string, path: Path, findings: Findings): YamlScalar | undefined {
  if (node.kind === 'scalar') return node;
  if (node.kind !== 'broken') {
    const message = `Expected ${what}, found ${describeNode(node)}.`;
    findings.error('wrong-type', { path, message, hint: 'Write a single value.' });
  }
  return undefined;
}

function refusesReading(shape: TextShape, scalar: YamlScalar, path: Path, findings: Findings): boolean {
  if (typeof scalar.value === 'string' || shape.strictness === 'lenient') return false;
  if (shape.strictness === 'name' && typeof scalar.value === 'number') return false;
  const read =
    scalar.value === null ? 'nothing' : `the ${typeof scalar.value} ${textAppEngineSaw(scalar.text, scalar.value)}`;
  const message = `${scalar.text === '' ? 'An empty value' : scalar.text} without quotes is ${read} in YAML 1.1, not text.`;
  // Quotes help where the text itself is fine.
  const isFineInQuotes = !('problem' in shape.parse(scalar.text));
  const example = isFineInQuotes ? `'${scalar.text}'` : (shape.example ?? "'...'");
  findings.error('wrong-type', { path, message, hint: exampleHint(path, example) });
  return true;
}

function warnOfOtherReading(scalar: YamlScalar, path: Path, findings: Findings): void {
  const seen = textAppEngineSaw(scalar.text, scalar.value);
  if (seen === scalar.text) return;
  const message = `App Engine reads ${scalar.text === '' ? 'the empty value' : scalar.text} as ${quoteForMessage(seen)} (YAML 1.1); here it is used as written.`;
  findings.warning('yaml-reading', { path, message, hint: `Put it in quotes to be clear: '${scalar.text}'.` });
}

/** Also finds words that differ only in case, hyphens and underscores. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const plain = (name: string) => name.toLowerCase().replaceAll(/[-_ ]/g, '');
  const wanted = plain(word);
  return candidates.find((candidate) => plain(candidate) === wanted) ?? nearest(word, candidates);
}

export function exampleHint(path: Path, example: string): string {
  const key = path.findLast((part) => typeof part === 'string');
  return key === undefined ? `For example: ${example}` : `For example: ${key}: ${example}`;
}
