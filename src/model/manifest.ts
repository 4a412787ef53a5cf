/** The files a version is made of. */

export interface ManifestFile {
  /** Relative, with `/`, never leaving the tree. */
  readonly path: string;
  /** SHA-256 of the content, hex. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly isExecutable: boolean;
}

export interface Manifest {
  /** Sorted by path (code unit order), no path twice. */
  readonly files: readonly ManifestFile[];
}

/** One line a file; equal manifests give equal text, which is what gets hashed. */
export function manifestText(manifest: Manifest): string {
  let text = '';
  for (const file of manifest.files)
    text += `${file.digest} ${file.isExecutable ? 'x' : '-'} ${file.size} ${file.path}\n`;
  return text;
}

export function totalSize(manifest: Manifest): number {
  return manifest.files.reduce((sum, file) => sum + file.size, 0);
}

/** Why a path may not be in a manifest; undefined when it may. The server checks the same rule again. */
export function manifestPathProblem(path: string): string | undefined {
  if (path === '') return 'is empty';
  if (path.length > 1024) return 'is longer than 1024 characters';
  if (path.startsWith('/')) return 'is absolute';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters in a path are what is refused here.
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'contains a control character';
  if (path.includes('\\')) return 'contains a backslash';
  for (const part of path.split('/')) {
    if (part === '') return 'contains an empty part (//)';
    if (part === '.' || part === '..') return `contains the part "${part}"`;
    if (part !== part.trim()) return 'has a part that begins or ends with a space';
  }
  return undefined;
}
