/** What versions were made of: the manifest of each, an object in the bucket, and how Google is told of its files. */
import { failure } from '../../errors.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { ApplicationHome } from './application-home.ts';
import type { GoogleContext } from './google-context.ts';
import { filesMissing, stagedFiles, stagedTrees, treeObject } from './staged-files.ts';
import type { DeploymentBody } from './version-body.ts';

const FOLDER = 'appcfg/manifests/';

interface Call {
  readonly signal?: AbortSignal | undefined;
}

/** Written before the deployment is named anywhere. */
export async function saveManifest(
  home: ApplicationHome,
  manifestDigest: string,
  manifest: Manifest,
  call: Call,
): Promise<void> {
  await home.staging.write(`${FOLDER}${manifestDigest}.json`, Buffer.from(JSON.stringify(manifest)), call);
}

/** undefined when Google has deleted it by its age. */
export async function readManifest(
  home: ApplicationHome,
  manifestDigest: string,
  call: Call,
): Promise<Manifest | undefined> {
  const found = await home.staging.read(`${FOLDER}${manifestDigest}.json`, call);
  return found && (JSON.parse(found.bytes.toString('utf8')) as Manifest);
}

interface Wanted extends Call {
  readonly module: string;
  readonly version: string;
  readonly manifestDigest: string;
  readonly fileCount: number;
}

/** @throws AppcfgError `google.files-gone` */
export async function findStagedManifest(
  context: GoogleContext,
  home: ApplicationHome,
  { module, version, manifestDigest, fileCount, signal }: Wanted,
): Promise<DeploymentBody> {
  const trees = await stagedTrees(home, context.clock, { signal });
  if (trees.has(manifestDigest)) {
    return { zip: { sourceUrl: home.staging.sourceUrl(treeObject(manifestDigest)), filesCount: fileCount } };
  }
  const [manifest, staged] = await Promise.all([
    readManifest(home, manifestDigest, { signal }),
    stagedFiles(home, context.clock, fileCount, { signal }),
  ]);
  const missing = manifest ? filesMissing(manifest.files, staged).length : fileCount;
  if (!manifest || missing > 0) throw failure('google.files-gone', { module, version, files: missing });
  const files = manifest.files.flatMap(({ path, digest }) => {
    const found = staged.get(digest);
    return found ? [[path, { sourceUrl: home.staging.sourceUrl(found.object), sha1Sum: found.sha1 }] as const] : [];
  });
  return { files: Object.fromEntries(files) };
}
