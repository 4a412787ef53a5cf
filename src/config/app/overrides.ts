/** What the command line says instead of a file: put into the document before it is read, so that every rule applies to it. */
import type { YamlEntry, YamlNode } from '../yaml/tree.ts';

export interface KeyOverrides {
  readonly application?: string;
  readonly module?: string;
  readonly version?: string;
  readonly runtime?: string;
}

/** `-M` replaces `service` as well as `module`, and `-A` replaces `project`. */
const twins: Readonly<Record<keyof KeyOverrides, readonly string[]>> = {
  application: ['application', 'project'],
  module: ['module', 'service'],
  version: ['version'],
  runtime: ['runtime'],
};

export function withOverrides(root: YamlNode, overrides: KeyOverrides): YamlNode {
  if (root.kind !== 'map') return root;
  let entries = root.entries;
  for (const key of ['application', 'module', 'version', 'runtime'] as const) {
    const text = overrides[key];
    if (text !== undefined) entries = replaced(entries, key, text);
  }
  return { ...root, entries };
}

function replaced(entries: readonly YamlEntry[], key: keyof KeyOverrides, text: string): readonly YamlEntry[] {
  const old = entries.find((entry) => twins[key].includes(entry.key));
  const keyAt = old?.keyAt ?? { line: 1, column: 1 };
  const value: YamlNode = { kind: 'scalar', text, value: text, at: old?.value.at ?? keyAt };
  const entry = { key, keyAt, value, ...(old ? {} : { isUnwritten: true as const }) };
  return [...entries.filter((other) => !twins[key].includes(other.key)), entry];
}
