/** Names of one directory that other machines can't tell apart. */

export interface NameClash {
  readonly first: string;
  readonly second: string;
  /** Different spellings of the same Unicode text, not just of its case. */
  readonly isSameText: boolean;
}

export function nameClashes(names: readonly string[]): readonly NameClash[] {
  const clashes: NameClash[] = [];
  const seen = new Map<string, string>();
  for (const name of names) {
    const folded = name.normalize('NFC').toLowerCase();
    const first = seen.get(folded);
    if (first === undefined) seen.set(folded, name);
    else clashes.push({ first, second: name, isSameText: first.normalize('NFC') === name.normalize('NFC') });
  }
  return clashes;
}
