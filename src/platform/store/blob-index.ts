/** Which blobs there are: read from the directory once, then kept in memory, so that 10,000 questions cost nothing. */
import { isDigest } from '../../support/digest.ts';
import { readNames } from './read-names.ts';

export interface BlobIndex {
  has(digest: string): boolean;
  add(digest: string): void;
  delete(digest: string): void;
  /** A snapshot: it may be changed while it is walked. */
  digests(): readonly string[];
}

export function createBlobIndex(directory: string): BlobIndex {
  let known: Set<string> | undefined;
  const all = (): Set<string> => {
    known ??= new Set(storedDigests(directory));
    return known;
  };
  return {
    has: (digest) => all().has(digest),
    add: (digest) => void all().add(digest),
    delete: (digest) => void all().delete(digest),
    digests: () => [...all()],
  };
}

export function storedDigests(directory: string): readonly string[] {
  const digests: string[] = [];
  for (const shard of readNames(directory)) {
    for (const rest of readNames(`${directory}/${shard}`)) {
      if (isDigest(shard + rest)) digests.push(shard + rest);
    }
  }
  return digests;
}
