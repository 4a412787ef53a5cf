/** What versions are made of: which blobs are missing, sending them, and reading a version's files. */
import { failure } from '../../errors.ts';
import { paths } from '../../protocol/extension.ts';
import { prepares, views } from '../access/route-access.ts';
import { requireVersion } from '../changes.ts';
import type { DesiredState } from '../desired-state.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { receiveBlobs } from './blob-upload.ts';
import { readJson } from './json-body.ts';
import type { Route } from './route-table.ts';
import { digestsSchema } from './schemas.ts';

export interface FileParts {
  readonly desired: DesiredState;
  readonly blobs: BlobStore;
  /** Told which blobs a client now counts on, so that collection leaves them alone. */
  readonly onBlobsPromised: (digests: Iterable<string>) => void;
}

export function fileRoutes(parts: FileParts): readonly Route[] {
  return [
    {
      method: 'POST',
      pattern: patternOf(paths.missingBlobs),
      access: prepares,
      handler: async ({ message }) => {
        const { digests } = await readJson(message, digestsSchema);
        const asked = new Set(digests);
        const missing = parts.blobs.missing([...asked]);
        for (const digest of missing) asked.delete(digest);
        parts.onBlobsPromised(asked);
        return { missing };
      },
    },
    {
      method: 'POST',
      pattern: patternOf(paths.blobs),
      access: prepares,
      handler: ({ message }) => receiveBlobs(message, parts.blobs),
    },
    {
      method: 'GET',
      pattern: patternOf(paths.files),
      access: views,
      handler: ({ parameters }) => {
        const { record } = requireVersion(parts, named(parameters));
        const files = parts.desired.manifest(record.manifestDigest)?.files ?? [];
        return { files: files.map(({ path, size, digest }) => ({ path, size, digest })) };
      },
    },
    {
      method: 'GET',
      pattern: `${patternOf(paths.files)}/:digest`,
      access: views,
      handler: ({ parameters, response }) => {
        const { record } = requireVersion(parts, named(parameters));
        const files = parts.desired.manifest(record.manifestDigest)?.files ?? [];
        // Only what this version is made of: a token for one application is no key to another's blobs.
        const file = files.find((candidate) => candidate.digest === parameters.digest);
        if (!file) throw failure('control.no-route', { request: `file ${parameters.digest}` });
        const content = parts.blobs.read(file.digest);
        response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': content.length });
        response.end(content);
        return undefined;
      },
    },
  ];
}

function named(parameters: Readonly<Record<string, string>>) {
  return { application: parameters.app ?? '', module: parameters.module ?? '', version: parameters.version ?? '' };
}

/** The path functions called with `:x` parts give the patterns, so that a path is written once. */
function patternOf(path: (app: string, module: string, version: string) => string): string {
  return path(':app', ':module', ':version').replaceAll('%3A', ':');
}
