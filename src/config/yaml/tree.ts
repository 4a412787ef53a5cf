/** A yaml document as plain data with positions: what the rest of config reads instead of the parser's own nodes. */

/** Both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface YamlScalar {
  readonly kind: 'scalar';
  /** The text as written, quotes and escapes undone. */
  readonly text: string;
  /** What YAML 1.1, which App Engine reads, makes of it: only unquoted text becomes anything but text. */
  readonly value: string | number | boolean | null;
  readonly at: Position;
  /** Where the text itself begins, inside the quotes; absent where it stands differently in the file (escapes, several lines). */
  readonly textAt?: Position;
}

export interface YamlList {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
  readonly at: Position;
}

export interface YamlEntry {
  readonly key: string;
  readonly keyAt: Position;
  readonly value: YamlNode;
  /** It stands in no file: the command line says it. */
  readonly isUnwritten?: true;
}

export interface YamlMap {
  readonly kind: 'map';
  /** Each key once, in the order of the file. */
  readonly entries: readonly YamlEntry[];
  readonly at: Position;
}

/** Stands for something that was already reported (an alias, a custom tag): readers pass over it. */
export interface YamlBroken {
  readonly kind: 'broken';
  readonly at: Position;
}

export type YamlNode = YamlScalar | YamlList | YamlMap | YamlBroken;

export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

export function entryOf(node: YamlNode | undefined, key: string): YamlEntry | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined;
}

/** For "found ..." in messages; long text is cut. */
export function describeNode(node: YamlNode): string {
  switch (node.kind) {
    case 'list':
      return 'a list';
    case 'map':
      return 'a mapping';
    case 'broken':
      return 'something unreadable';
    case 'scalar':
      return node.value === null ? 'nothing' : quoteForMessage(node.text);
  }
}

const longest = 60;

export function quoteForMessage(text: string): string {
  const shown = text.length > longest ? `${text.slice(0, longest)}...` : text;
  return `"${shown.replaceAll('\n', '\\n').replaceAll(/\p{Cc}/gu, '?')}"`;
}
