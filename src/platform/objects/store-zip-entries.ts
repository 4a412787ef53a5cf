/** Unpacks an archive into the blob store. */
import { failure } from '../../errors.ts';
import { type ManifestFile, manifestPathProblem } from '../../model/manifest.ts';
import type { Clock } from '../../support/clock.ts';
import { digestOf } from '../../support/digest.ts';
import { limits } from '../release-checks.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { createPace } from '../store/pace.ts';
import { ZipError, type ZipLimits, zipEntries } from './zip-entries.ts';

const zipLimits: ZipLimits = {
  entries: limits.files,
  fileBytes: 512 * 1024 * 1024,
  totalBytes: 4 * 1024 * 1024 * 1024,
};

/** @throws AppcfgError `api.invalid` */
export async function storeZipEntries(
  blobs: BlobStore,
  archive: Uint8Array,
  clock: Clock,
): Promise<readonly ManifestFile[]> {
  const pace = createPace(clock);
  const files: ManifestFile[] = [];
  try {
    for (const entry of zipEntries(archive, zipLimits)) {
      if (pace.isDue) await pace.rest();
      const path = entry.path.replace(/^(?:\.\/)+/, '');
      const problem = manifestPathProblem(path);
      if (problem) throw new ZipError(`has the entry ${JSON.stringify(path.slice(0, 256))}, whose path ${problem}`);
      const content = entry.content();
      const digest = digestOf(content);
      const writer = blobs.begin(digest, content.length);
      writer.write(content);
      writer.finish();
      files.push({ path, digest, size: content.length, isExecutable: entry.isExecutable });
    }
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    throw failure('api.invalid', { field: 'version.deployment.zip', reason: error.message }, { cause: error });
  }
  return files;
}
