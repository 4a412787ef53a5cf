/** A version's directory as a whole: its digest, and a copy or a tree of links beside it. */
import { chmod, copyFile, link, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../support/digest.ts';

export interface TreeOptions {
  /** Names at the top that are left out. */
  readonly except?: readonly string[];
}

/** Equal for directories with equal paths and contents. */
export async function directoryDigest(directory: string, options: TreeOptions = {}): Promise<string> {
  let text = '';
  for (const path of await filesBelow(directory, options))
    text += `${digestOf(await readFile(join(directory, path)))} ${path}\n`;
  return digestOf(text);
}

/** An independent copy that may be written to. */
export async function copyTree(from: string, to: string, options: TreeOptions = {}): Promise<void> {
  await mirror({ from, to, place: copyWritable }, options);
}

/** The same files under other directories; they share their content with the original, which must not be written to. */
export async function linkTree(from: string, to: string, options: TreeOptions = {}): Promise<void> {
  await mirror({ from, to, place: linkOrCopy }, options);
}

interface Mirror {
  readonly from: string;
  readonly to: string;
  readonly place: (from: string, to: string) => Promise<void>;
}

async function mirror({ from, to, place }: Mirror, options: TreeOptions): Promise<void> {
  const made = new Set<string>();
  for (const path of await filesBelow(from, options)) {
    const parent = join(to, path, '..');
    if (!made.has(parent)) await mkdir(parent, { recursive: true });
    made.add(parent);
    await place(join(from, path), join(to, path));
  }
}

/** Relative paths of all files, sorted. */
async function filesBelow(directory: string, options: TreeOptions): Promise<readonly string[]> {
  const paths: string[] = [];
  const visit = async (prefix: string): Promise<void> => {
    for (const entry of await readdir(join(directory, prefix), { withFileTypes: true })) {
      const path = join(prefix, entry.name);
      if (options.except?.includes(path)) continue;
      if (entry.isDirectory()) await visit(path);
      else paths.push(path);
    }
  };
  await visit('');
  return paths.sort();
}

/** A version's files are read-only; those of a copy need not be. */
async function copyWritable(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await chmod(to, (await stat(to)).mode | 0o200);
}

/** Cache and versions may be on different file systems, and a file has a largest number of links. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to);
  }
}
