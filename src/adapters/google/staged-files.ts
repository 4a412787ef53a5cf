/** Which files are in the staging bucket: objects are named by both digests, ours and the one that Google checks. */
import type { ManifestFile } from '../../model/manifest.ts';
import type { Clock } from '../../support/clock.ts';
import type { ApplicationHome } from './application-home.ts';
import type { StoredObject } from './bucket.ts';

const FOLDER = 'appcfg/files/';
const TREES = 'appcfg/trees/';
const DAY_MS = 24 * 60 * 60_000;
/** Above it the listing is asked for in parts at once: a page has a thousand names. */
const MANY = 500;

export interface StagedFile {
  readonly object: string;
  readonly sha1: string;
}

interface Call {
  readonly signal?: AbortSignal | undefined;
}

export function fileObject(digest: string, sha1: string): string {
  return `${FOLDER}${digest}.${sha1}`;
}

/** A whole version in one archive, named by its manifest. */
export function treeObject(manifestDigest: string): string {
  return `${TREES}${manifestDigest}.zip`;
}

/** SHA-256 -> the object that has this content, for those that are there and stay for another day. */
export async function stagedFiles(
  home: ApplicationHome,
  clock: Clock,
  wanted: number,
  call: Call = {},
): Promise<ReadonlyMap<string, StagedFile>> {
  const prefixes = wanted < MANY ? [''] : [...'0123456789abcdef'];
  const [days, ...lists] = await Promise.all([
    home.staging.deletesAfterDays(call),
    ...prefixes.map((prefix) => home.staging.list(`${FOLDER}${prefix}`, call)),
  ]);
  const found = new Map<string, StagedFile>();
  for (const object of lists.flatMap((list) => list ?? [])) {
    const [digest = '', sha1 = ''] = object.name.slice(FOLDER.length).split('.');
    if (staysAnotherDay(object, days, clock)) found.set(digest, { object: object.name, sha1 });
  }
  return found;
}

/** Digests of manifests whose whole tree is there. */
export async function stagedTrees(home: ApplicationHome, clock: Clock, call: Call = {}): Promise<ReadonlySet<string>> {
  const [days, list] = await Promise.all([home.staging.deletesAfterDays(call), home.staging.list(TREES, call)]);
  const kept = (list ?? []).filter((object) => staysAnotherDay(object, days, clock));
  return new Set(kept.map(({ name }) => name.slice(TREES.length, -'.zip'.length)));
}

/** Google deletes staged files by their age: one that goes while a version is built would break the build. */
function staysAnotherDay({ timeCreated }: StoredObject, days: number | undefined, clock: Clock): boolean {
  if (days === undefined || timeCreated === undefined) return true;
  return Date.parse(timeCreated) + (days - 1) * DAY_MS > clock.now();
}

export function filesMissing(files: readonly ManifestFile[], staged: ReadonlyMap<string, unknown>): readonly string[] {
  return [...new Set(files.map(({ digest }) => digest))].filter((digest) => !staged.has(digest));
}
