/** Which files are known to hold what their digest says, so that each is read for it once in the life of a process. */
import { createHash } from 'node:crypto';
import { type Stats, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { digestOfFile } from './digest-of-file.ts';

export interface VerifiedBlobs {
  /** It was written by this process, and looked at while it was. */
  add(file: string): void;
  delete(file: string): void;
  /** Whether its content is right, undefined when it is gone; reads it when that is not known, large ones giving way. */
  check(file: string, digest: string): boolean | undefined | Promise<boolean>;
}

/** Links come and go, which changes the ctime; writing changes these. */
type Identity = Pick<Stats, 'ino' | 'size' | 'mtimeMs'>;

const PIECE_BYTES = 1024 * 1024;

export function createVerifiedBlobs(): VerifiedBlobs {
  // Of what was written only the name: there is much of it, and most is never asked for again.
  const known = new Map<string, Identity | 'written'>();
  const note = (file: string, stats: Stats, isRight: boolean): boolean => {
    if (isRight) known.set(file, { ino: stats.ino, size: stats.size, mtimeMs: stats.mtimeMs });
    else known.delete(file);
    return isRight;
  };
  return {
    add: (file) => void known.set(file, 'written'),
    delete: (file) => void known.delete(file),
    check(file, digest) {
      const stats = statSync(file, { throwIfNoEntry: false });
      if (!stats) return undefined;
      const identity = known.get(file);
      if (identity === 'written' || isSame(identity, stats)) return note(file, stats, true);
      if (stats.size <= PIECE_BYTES) return note(file, stats, digestOfFile(file) === digest);
      return digestOfLargeFile(file).then((found) => note(file, stats, found === digest));
    },
  };
}

function isSame(a: Identity | undefined, b: Stats): boolean {
  return a !== undefined && a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs;
}

async function digestOfLargeFile(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const digest = createHash('sha256');
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (;;) {
      const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES);
      if (bytesRead === 0) return digest.digest('hex');
      digest.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
