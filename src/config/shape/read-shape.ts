/** Reads a yaml tree against a shape: the value it describes, and everything that does not fit. */
import type { Findings } from '../findings.ts';
import type { Path } from '../yaml/path.ts';
import type { YamlEntry, YamlList, YamlNode } from '../yaml/tree.ts';
import { describeNode, entryOf, isNull, quoteForMessage } from '../yaml/tree.ts';
import { closest, exampleHint, readBoolean, readChoice, readNumber, readText } from './read-scalar.ts';
import type { Key, ListShape, MapShape, ObjectShape, Shape, Uniqueness, ValueOf } from './shape.ts';

/** undefined when the value as a whole is unusable; parts that are wrong are left out of it. */
export function readShape<S extends Shape>(
  shape: S,
  node: YamlNode,
  path: Path,
  findings: Findings,
): ValueOf<S> | undefined {
  return read(shape, node, path, findings) as ValueOf<S> | undefined;
}

function read(shape: Shape, node: YamlNode, path: Path, findings: Findings): unknown {
  switch (shape.kind) {
    case 'text':
      return readText(shape, node, path, findings);
    case 'choice':
      return readChoice(shape, node, path, findings);
    case 'boolean':
      return readBoolean(shape, node, path, findings);
    case 'integer':
    case 'number':
      return readNumber(shape, node, path, findings);
    case 'list':
      return readList(shape, node, path, findings);
    case 'map':
      return readMap(shape, node, path, findings);
    case 'object':
      return readObject(shape, node, path, findings);
    case 'any':
      return plainData(node);
  }
}

function readList(shape: ListShape, node: YamlNode, path: Path, findings: Findings): readonly unknown[] | undefined {
  if (node.kind === 'broken') return undefined;
  if (node.kind !== 'list') {
    if (shape.acceptsOne && node.kind === 'scalar') {
      const only = read(shape.item, node, path, findings);
      return only === undefined ? [] : [only];
    }
    const hint = 'Begin each entry with "- " on a line of its own.';
    findings.error('wrong-type', { path, message: `Expected a list, found ${describeNode(node)}.`, hint });
    return undefined;
  }
  if (shape.maximum !== undefined && node.items.length > shape.maximum) {
    const message = `There are ${node.items.length} entries; App Engine allows at most ${shape.maximum}.`;
    findings.error('too-many', { path: [...path, shape.maximum], message, hint: `Keep ${shape.maximum} of them.` });
  }
  if (shape.unique !== undefined) reportRepeated(shape.unique, node, path, findings);
  const values: unknown[] = [];
  for (const [index, item] of node.items.entries()) {
    const here = [...path, index];
    if (isNull(item)) {
      findings.error('missing-key', {
        path: here,
        message: 'The entry is empty.',
        hint: 'Fill it in or delete the dash.',
      });
      continue;
    }
    const value = read(shape.item, item, here, findings);
    if (value !== undefined) values.push(value);
  }
  return values;
}

function reportRepeated(unique: Uniqueness, list: YamlList, path: Path, findings: Findings): void {
  const seen = new Set<string>();
  for (const [index, item] of list.items.entries()) {
    const node = unique.key === undefined ? item : entryOf(item, unique.key)?.value;
    if (node === undefined || isNull(node)) continue;
    const identity = JSON.stringify(writtenData(node));
    const here = unique.key === undefined ? [...path, index] : [...path, index, unique.key];
    if (seen.has(identity)) {
      const which = node.kind === 'scalar' ? `${unique.noun} ${quoteForMessage(node.text)}` : `This ${unique.noun}`;
      const message = `${which} is there twice.`;
      findings[unique.severity]('duplicate-entry', { path: here, message, hint: 'Keep one of the two.' });
    }
    seen.add(identity);
  }
}

function readMap(shape: MapShape, node: YamlNode, path: Path, findings: Findings): Record<string, unknown> | undefined {
  if (node.kind === 'broken') return undefined;
  if (node.kind !== 'map') {
    const message = `Expected a mapping of names to values, found ${describeNode(node)}.`;
    findings.error('wrong-type', { path, message, hint: 'Write "NAME: value" lines, indented, without dashes.' });
    return undefined;
  }
  if (shape.maximum !== undefined && node.entries.length > shape.maximum) {
    const message = `There are ${node.entries.length} entries; App Engine allows at most ${shape.maximum}.`;
    findings.error('too-many', { path, message, hint: `Keep ${shape.maximum} of them.` });
  }
  const values: [string, unknown][] = [];
  for (const entry of node.entries) {
    const here = [...path, entry.key];
    const problem = shape.keyProblem(entry.key);
    if (problem !== undefined) {
      const message = `${quoteForMessage(entry.key)} is not ${shape.keyWhat}: it ${problem}.`;
      findings.error('bad-value', { path: here, message, on: 'key', hint: `For example: ${shape.keyExample}` });
    }
    const value = isNull(entry.value)
      ? emptyValue(shape.item, here, findings)
      : read(shape.item, entry.value, here, findings);
    if (problem === undefined && value !== undefined) values.push([entry.key, value]);
  }
  return Object.fromEntries(values);
}

function emptyValue(shape: Shape, path: Path, findings: Findings): string | undefined {
  const name = quoteForMessage(String(path.at(-1)));
  if (shape.kind !== 'text') {
    findings.error('missing-key', { path, message: `${name} has no value.`, on: 'key', hint: 'Give it one.' });
    return undefined;
  }
  const message = `${name} has no value; it is set to the empty text.`;
  findings.warning('yaml-reading', { path, message, hint: "Write '' to mean the empty text." });
  return '';
}

function readObject(shape: ObjectShape, node: YamlNode, path: Path, findings: Findings): object | undefined {
  if (node.kind === 'broken') return undefined;
  if (node.kind !== 'map') {
    const message = `Expected ${shape.what} (keys and values), found ${describeNode(node)}.`;
    findings.error('wrong-type', { path, message, hint: 'Write "key: value" lines.' });
    return undefined;
  }
  const values: [string, unknown][] = [];
  const present = new Set<string>();
  for (const entry of node.entries) {
    const here = [...path, entry.key];
    const key = Object.hasOwn(shape.keys, entry.key) ? shape.keys[entry.key] : undefined;
    if (key === undefined) {
      reportUnknown(shape, entry, here, findings);
      continue;
    }
    if (isNull(entry.value) && key.refusesNull !== true) continue;
    present.add(entry.key);
    const value = readKey(key, entry, here, findings);
    if (value !== undefined) values.push([entry.key, value]);
  }
  reportMissing(shape, present, path, findings);
  const value = Object.fromEntries(values);
  shape.check?.(value, { path, findings });
  return value;
}

function readKey(key: Key, entry: YamlEntry, path: Path, findings: Findings): unknown {
  if (isNull(entry.value)) {
    const message = `${quoteForMessage(entry.key)} has no value.`;
    findings.error('missing-key', { path, message, on: 'key', hint: 'Give it a value or delete the line.' });
    return undefined;
  }
  if (key.discouraged !== undefined) findings.warning('discouraged-value', { path, on: 'key', ...key.discouraged });
  return read(key.shape, entry.value, path, findings);
}

function reportUnknown(shape: ObjectShape, entry: YamlEntry, path: Path, findings: Findings): void {
  const retired = Object.hasOwn(shape.retired, entry.key) ? shape.retired[entry.key] : undefined;
  if (retired !== undefined) {
    const { severity, message, hint } = retired;
    findings[severity]('retired-key', { path, message, hint, on: 'key' });
    return;
  }
  const keys = Object.keys(shape.keys);
  const close = closest(entry.key, keys);
  const hint = close === undefined ? keysHint(shape) : `Did you mean ${close}?`;
  const message = `${quoteForMessage(entry.key)} is not a key of ${shape.what}.`;
  findings.error('unknown-key', { path, message, hint, on: 'key' });
}

function reportMissing(shape: ObjectShape, present: ReadonlySet<string>, path: Path, findings: Findings): void {
  for (const [name, key] of Object.entries(shape.keys)) {
    if (key.isRequired !== true || present.has(name)) continue;
    const here = [...path, name];
    const message = `${quoteForMessage(name)} is missing; ${shape.what} must have it.`;
    const hint = key.example === undefined ? `Add a line "${name}: ...".` : exampleHint(here, key.example);
    findings.error('missing-key', { path: here, message, hint });
  }
}

const mostListed = 14;

function keysHint({ what, keys }: ObjectShape): string {
  const names = Object.keys(keys);
  if (names.length <= mostListed) return `Keys of ${what}: ${names.join(', ')}.`;
  return 'Delete it, or check its spelling in the reference of the file.';
}

/** As written, for comparing. */
function writtenData(node: YamlNode): unknown {
  if (node.kind === 'list') return node.items.map(writtenData);
  if (node.kind === 'map') return node.entries.map((entry) => [entry.key, writtenData(entry.value)]);
  return node.kind === 'scalar' ? node.text : null;
}

function plainData(node: YamlNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plainData);
    case 'map':
      return Object.fromEntries(node.entries.map((entry) => [entry.key, plainData(entry.value)]));
    case 'broken':
      return null;
  }
}
