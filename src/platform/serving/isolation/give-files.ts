/** Files that change hands: to the user whose build writes them, and back. */
import type { Dirent } from 'node:fs';
import { chmod, lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface Owner {
  readonly user: number;
  readonly group: number;
}

/** Everything below too; links themselves, never what they lead to. The owner may write all of it. */
export async function giveFiles(path: string, to: Owner): Promise<void> {
  const stats = await lstat(path);
  await lchown(path, to.user, to.group);
  if (stats.isSymbolicLink()) return;
  if ((stats.mode & 0o200) === 0) await chmod(path, (stats.mode & 0o7777) | 0o200);
  if (!stats.isDirectory()) return;
  for (const entry of await readdir(path, { withFileTypes: true })) await giveEntry(path, entry, to);
}

/** What is the user's already is left as it is: of a cache that only this user writes. */
export async function giveCache(path: string, to: Owner): Promise<void> {
  if ((await lstat(path)).uid !== to.user) await giveFiles(path, to);
}

async function giveEntry(parent: string, entry: Dirent, to: Owner): Promise<void> {
  await giveFiles(join(parent, entry.name), to);
}
