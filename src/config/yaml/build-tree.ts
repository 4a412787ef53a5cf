/** The parser's nodes to a tree of our own; reports keys that are there twice, anchors, aliases and tags. */
import type { Pair, ParsedNode } from 'yaml';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { DiagnosticCode } from '../diagnostic-codes.ts';
import { diagnosticAt } from '../findings.ts';
import type { ParsedDocument } from './compose.ts';
import type { Path } from './path.ts';
import type { Position, YamlEntry, YamlNode } from './tree.ts';
import { quoteForMessage } from './tree.ts';
import { resolveUnquoted } from './yaml11.ts';

export interface Tree {
  readonly root: YamlNode;
  readonly diagnostics: readonly Diagnostic[];
}

interface Building {
  readonly file: string;
  readonly text: string;
  readonly place: (offset: number) => Position;
  readonly diagnostics: Diagnostic[];
}

/** What stands before a node (an anchor, a tag) is not part of its range. */
function placeBefore(mark: string, node: ParsedNode, building: Building): Position {
  const offset = building.text.lastIndexOf(mark, node.range[0]);
  return building.place(offset === -1 ? node.range[0] : offset);
}

export function buildTree(document: ParsedDocument, source: Omit<Building, 'diagnostics'>): Tree {
  const building: Building = { ...source, diagnostics: [] };
  const contents = document.contents;
  const root = contents === null ? emptyScalar({ line: 1, column: 1 }) : buildNode(contents, [], building);
  return { root, diagnostics: building.diagnostics };
}

function buildNode(node: ParsedNode, path: Path, building: Building): YamlNode {
  const at = building.place(node.range[0]);
  if (isAlias(node)) {
    const message = `${quoteForMessage(`*${node.source}`)} without quotes is a yaml alias, and App Engine refuses aliases.`;
    return broken(building, 'yaml-anchor', { at, path, message, hint: `Write it in quotes: '*${node.source}'.` });
  }
  if (node.anchor !== undefined) {
    const message = `"&${node.anchor}" is a yaml anchor, and App Engine refuses anchors.`;
    const hint = 'Write the value out where it is needed, or quote it.';
    return broken(building, 'yaml-anchor', { at: placeBefore(`&${node.anchor}`, node, building), path, message, hint });
  }
  if (isScalar(node)) return buildScalar(node, path, building);
  if (node.tag !== undefined && !plainTags.has(node.tag)) return refuseTag(node.tag, node, path, building);
  if (isSeq(node)) {
    const items = node.items.map((item, index) => buildNode(item as ParsedNode, [...path, index], building));
    return { kind: 'list', items, at };
  }
  return isMap(node) ? { kind: 'map', entries: buildEntries(node.items, path, building), at } : { kind: 'broken', at };
}

const core = 'tag:yaml.org,2002:';
const plainTags = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => core + name));

function buildScalar(node: Extract<ParsedNode, { source?: string }>, path: Path, building: Building): YamlNode {
  const at = building.place(node.range[0]);
  const text = 'source' in node && typeof node.source === 'string' ? node.source : '';
  const isPlain = 'type' in node && node.type === 'PLAIN';
  const tag = node.tag;
  if (tag !== undefined && !plainTags.has(tag)) return refuseTag(tag, node, path, building);
  const isText = tag === `${core}str` || (tag === undefined && !isPlain);
  const value = isText ? text : resolveUnquoted(text);
  const offset = node.range[0] + (isPlain ? 0 : 1);
  const isAsWritten = building.text.startsWith(text, offset) && !text.includes('\n');
  return { kind: 'scalar', text, value, at, ...(isAsWritten ? { textAt: building.place(offset) } : {}) };
}

function buildEntries(pairs: readonly Pair[], path: Path, building: Building): readonly YamlEntry[] {
  const entries = new Map<string, YamlEntry>();
  for (const pair of pairs) {
    const keyNode = pair.key as ParsedNode | null;
    const keyAt = keyNode === null ? { line: 1, column: 1 } : building.place(keyNode.range[0]);
    if (!isScalar(keyNode) || keyNode.anchor !== undefined) {
      const message = 'A key must be a plain word; a list, a mapping or an alias can not be one.';
      broken(building, 'wrong-type', { at: keyAt, path, message, hint: 'Write "key: value".' });
      continue;
    }
    const key = keyNode.source ?? '';
    const here = [...path, key];
    const first = entries.get(key);
    if (first !== undefined) {
      const message = `${quoteForMessage(key)} is there twice; the first one is in line ${first.keyAt.line}.`;
      broken(building, 'duplicate-key', { at: keyAt, path: here, message, hint: 'Keep one of them.' });
      continue;
    }
    const valueNode = pair.value as ParsedNode | null;
    const isAbsent = valueNode === null || isEmptyNode(valueNode);
    const value = isAbsent ? emptyScalar(keyAt) : buildNode(valueNode, here, building);
    entries.set(key, { key, keyAt, value });
  }
  return [...entries.values()];
}

function isEmptyNode(node: ParsedNode): boolean {
  if (!isScalar(node) || node.source !== '') return false;
  return node.type === 'PLAIN' && node.anchor === undefined && node.tag === undefined;
}

function emptyScalar(at: Position): YamlNode {
  return { kind: 'scalar', text: '', value: null, at };
}

function refuseTag(tag: string, node: ParsedNode, path: Path, building: Building): YamlNode {
  const at = placeBefore(tag.startsWith('!') ? tag : '!!', node, building);
  const shown = tag.startsWith(core) ? `!!${tag.slice(core.length)}` : tag;
  const message = `${quoteForMessage(shown)} is a yaml tag, and App Engine refuses tags.`;
  return broken(building, 'yaml-tag', {
    at,
    path,
    message,
    hint: 'Write the plain value; quote it when it begins with "!".',
  });
}

interface Broken {
  readonly at: Position;
  readonly path: Path;
  readonly message: string;
  readonly hint: string;
}

function broken(building: Building, code: DiagnosticCode, finding: Broken): YamlNode {
  building.diagnostics.push(diagnosticAt({ severity: 'error', code, file: building.file, ...finding }));
  return { kind: 'broken', at: finding.at };
}
