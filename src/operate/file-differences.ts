/** How two lists of files differ. Pure. */

export interface FileDifferences {
  /** Here, and not deployed. */
  readonly added: readonly string[];
  readonly changed: readonly string[];
  /** Deployed, and not here. */
  readonly removed: readonly string[];
}

interface ListedFile {
  readonly path: string;
  readonly digest: string;
}

/** @param live undefined when nobody says which they are: that some differ is known all the same */
export function fileDifferences(
  live: readonly ListedFile[] | undefined,
  local: readonly ListedFile[],
): FileDifferences {
  if (live === undefined) return { added: [], changed: [], removed: [] };
  const before = new Map(live.map(({ path, digest }) => [path, digest]));
  const now = new Map(local.map(({ path, digest }) => [path, digest]));
  return {
    added: [...now.keys()].filter((path) => !before.has(path)),
    changed: [...now.keys()].filter((path) => before.has(path) && before.get(path) !== now.get(path)),
    removed: [...before.keys()].filter((path) => !now.has(path)),
  };
}
