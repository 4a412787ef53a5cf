/**
 * Files that change hands: to the user whose build writes them, and back.
 *
 * That user's other programs may run meanwhile and put links where directories were, so nothing is ever looked up
 * twice in what is theirs.
 */
import { constants } from 'node:fs';
import { chmod, lchown, lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything below first, so that nobody else is inside yet. The owner may write all of it. */
export async function giveFiles(path: string, user: number): Promise<void> {
  const stats = await lstat(path);
  if (stats.isDirectory()) for (const name of await readdir(path)) await giveFiles(join(path, name), user);
  if (!stats.isSymbolicLink() && (stats.mode & 0o200) === 0) await chmod(path, (stats.mode & 0o777) | 0o200);
  await lchown(path, user, user);
}

/** What is the user's already is left as it is: of a cache that only this user writes. */
export async function giveCache(path: string, user: number): Promise<void> {
  if ((await lstat(path)).uid !== user) await giveFiles(path, user);
}

/** From the top, through descriptors: whatever a name leads to later, it is this directory that was meant. */
export async function takeBack(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    await handle.chown(0, 0);
    await handle.chmod((await handle.stat()).mode & 0o755);
    const here = `/proc/self/fd/${handle.fd}`;
    for (const entry of await readdir(here, { withFileTypes: true })) {
      const path = join(here, entry.name);
      if (entry.isDirectory()) await takeBack(path);
      else await lchown(path, 0, 0);
    }
  } finally {
    await handle.close();
  }
}
