/** The files of a version that a client names: objects that it uploaded before, one by one or in an archive. */
import { type Manifest, type ManifestFile, manifestPathProblem } from '../../../model/manifest.ts';
import type { FileInfo, VersionShape } from '../../../protocol/admin/version-shape.ts';
import type { Caller } from '../../access/caller.ts';
import type { StoredObject } from '../../objects/object-store.ts';
import { storeZipEntries } from '../../objects/store-zip-entries.ts';
import { limits } from '../../release-checks.ts';
import { applicationOfBucketNamed } from '../storage/buckets.ts';
import type { AdminParts } from './admin-parts.ts';
import { invalid } from './request-facts.ts';

type Parts = Pick<AdminParts, 'objects' | 'blobs' | 'clock' | 'desired'> & { readonly caller: Caller };

/** @throws AppcfgError `api.invalid` naming the file */
export async function versionFiles(
  adminParts: Omit<Parts, 'caller'>,
  version: VersionShape,
  caller: Caller,
): Promise<Manifest> {
  const parts = { ...adminParts, caller };
  const { files, zip, container } = version.deployment ?? {};
  if (container)
    throw invalid('version.deployment.container', 'is not supported: this platform runs versions from files');
  if (files && zip) throw invalid('version.deployment', 'has both files and zip; only one of them is possible');
  if (zip) {
    const object = requireObject(parts, zip.sourceUrl, 'version.deployment.zip.sourceUrl');
    return sorted(await storeZipEntries(parts.blobs, parts.objects.read(object), parts.clock));
  }
  if (!files) throw invalid('version.deployment', 'names no files');
  const named = Object.entries(files);
  if (named.length > limits.files) {
    throw invalid('version.deployment.files[...]', `are ${named.length}; the limit is ${limits.files}`);
  }
  return sorted(named.map(([path, info]) => manifestFile(parts, path, info)));
}

function manifestFile(parts: Parts, path: string, info: FileInfo): ManifestFile {
  const field = `version.deployment.files[${path.slice(0, 256)}]`;
  const problem = manifestPathProblem(path);
  if (problem) throw invalid(field, `has a path that ${problem}`);
  const { digest, size, sha1, isProgram } = requireObject(parts, info.sourceUrl, `${field}.sourceUrl`);
  const wanted = info.sha1Sum?.replaceAll('_', '').toLowerCase();
  if (wanted && wanted !== sha1) throw invalid(`${field}.sha1Sum`, `is ${wanted}, but the object has ${sha1}`);
  return { path, digest, size, isExecutable: isProgram };
}

/** Clients always write Google's own host, whatever they uploaded to. */
const sourceUrl =
  /^(?:https?:\/\/(?:storage\.googleapis\.com|storage\.cloud\.google\.com|127\.0\.0\.1(?::\d+)?|localhost(?::\d+)?)\/|gs:\/\/)([^/]+)\/(.+)$/;

function requireObject(parts: Parts, url: string, field: string): StoredObject {
  const match = sourceUrl.exec(url);
  const [, bucket = '', name = ''] = match ?? [];
  if (!match) throw invalid(field, 'is not an address like https://storage.googleapis.com/BUCKET/NAME');
  // A token for one application is no key to what was uploaded for another.
  parts.caller.require('viewer', applicationOfBucketNamed(parts.desired, bucket));
  const object = parts.objects.get({ bucket, name }) ?? parts.objects.get({ bucket, name: decoded(name) });
  if (!object) throw invalid(field, `names ${bucket}/${name}, which was not uploaded`);
  return object;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function sorted(files: readonly ManifestFile[]): Manifest {
  return { files: [...files].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}
