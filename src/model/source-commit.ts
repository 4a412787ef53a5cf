/** The commit that a release was deployed from. */
export interface SourceCommit {
  /** 40 or 64 hex digits. */
  readonly id: string;
  /** Absent when no branch was checked out. */
  readonly branch?: string;
  /** The deployed files may differ from the commit's. */
  readonly isDirty: boolean;
}

/** For people: `3f2a1b9c0d main, with changes`. */
export function commitText({ id, branch, isDirty }: SourceCommit): string {
  return `${id.slice(0, 10)}${branch === undefined ? '' : ` ${branch}`}${isDirty ? ', with changes' : ''}`;
}
