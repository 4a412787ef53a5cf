/** Places inside a document, `handlers[2].static_dir`, and where they stand in the text. */
import type { Position, YamlNode } from './tree.ts';
import { entryOf, isNull } from './tree.ts';

export type Path = readonly (string | number)[];

export function pathText(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[\w-]+$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text;
}

const start: Position = { line: 1, column: 1 };

/** Where a path stands; for one that is absent, the nearest thing around it that is there. */
export function positionOf(root: YamlNode | undefined, path: Path, part: 'key' | 'value', inText = 1): Position {
  const node = nodeAt(root, path);
  if (part === 'value' && inText > 1 && node?.kind === 'scalar' && node.textAt !== undefined) {
    return { line: node.textAt.line, column: node.textAt.column + inText - 1 };
  }
  return nearestPosition(root, path, part);
}

function nodeAt(root: YamlNode | undefined, path: Path): YamlNode | undefined {
  let node = root;
  for (const step of path) {
    if (typeof step === 'number') node = node?.kind === 'list' ? node.items[step] : undefined;
    else node = entryOf(node, step)?.value;
  }
  return node;
}

function nearestPosition(root: YamlNode | undefined, path: Path, part: 'key' | 'value'): Position {
  let node = root;
  let position = start;
  for (const [index, step] of path.entries()) {
    const isLast = index === path.length - 1;
    if (typeof step === 'number') {
      node = node?.kind === 'list' ? node.items[step] : undefined;
      if (node === undefined) return position;
      position = node.at;
      continue;
    }
    const entry = entryOf(node, step);
    if (entry === undefined) return position;
    node = entry.value;
    position = isLast && part === 'value' ? entry.value.at : entry.keyAt;
  }
  return position;
}

/** Whether a value stands there; a key without one does not count. */
export function isPresent(root: YamlNode | undefined, path: Path): boolean {
  const node = nodeAt(root, path);
  return node !== undefined && !isNull(node);
}

/** Whether a file has it; what only the command line says does not count. */
export function isWritten(root: YamlNode | undefined, path: Path): boolean {
  const [key] = path;
  return isPresent(root, path) && (typeof key !== 'string' || entryOf(root, key)?.isUnwritten !== true);
}
