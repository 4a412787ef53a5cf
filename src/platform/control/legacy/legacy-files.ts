/** The files of a transaction: announced with their hashes, and sent when the platform lacks them. */
import { failure, isAppcfgError, messageOf } from '../../../errors.ts';
import { manifestPathProblem } from '../../../model/manifest.ts';
import { codeBucket } from '../../../protocol/admin/buckets.ts';
import type { StoredObject } from '../../objects/object-store.ts';
import { limits } from '../../release-checks.ts';
import type { RouteRequest } from '../route-table.ts';
import { bodyOf } from '../storage/insert-object.ts';
import type { LegacyParts } from './legacy-parts.ts';
import { bodyText, parameter, refusal } from './legacy-request.ts';
import type { Transaction } from './transactions.ts';
import { BatchError, type BatchPart, parseBatch } from './upload-batch.ts';

/** Error pages come under the code of their error instead of a path. */
export type FileKind = 'file' | 'error-page';

const MAX_BATCH_BYTES = 64 * 1024 * 1024;

/** Lines of `path|hash` or `path|hash|type`; answers the paths that are to be sent, one a line. */
export async function announceFiles(
  parts: LegacyParts,
  request: RouteRequest,
  transaction: Transaction,
): Promise<string> {
  const needed: string[] = [];
  for (const line of (await bodyText(request)).split('\n')) {
    if (line === '') continue;
    const match = /^(.+?)\|([0-9a-f_]{40,44})(?:\|.*)?$/.exec(line);
    if (!match) throw refusal(`The line ${JSON.stringify(line.slice(0, 200))} is not path|hash`);
    const [, path = '', hash = ''] = match;
    requirePath(transaction, path);
    const known = parts.objects.get({ bucket: codeBucket(transaction.application), name: hash.replaceAll('_', '') });
    if (known) addFile(transaction, path, known);
    else needed.push(path);
  }
  return needed.join('\n');
}

/** One file; its path is a parameter. */
export async function takeFile(
  parts: LegacyParts,
  request: RouteRequest,
  transaction: Transaction,
  kind: FileKind,
): Promise<string> {
  const path = pathOf(transaction, parameter(request, 'path'), kind);
  const content = parts.uploads.incoming(`upload of ${path}`);
  try {
    for await (const chunk of bodyOf(request)) content.write(chunk);
    addFile(transaction, path, parts.objects.putByHash(codeBucket(transaction.application), content));
  } catch (error) {
    if (!isAppcfgError(error) && request.message.destroyed) throw failure('upload.cut', { blobs: 0 }, { cause: error });
    throw error;
  } finally {
    content.discard();
  }
  return '';
}

/** Many files in one body. */
export async function takeBatch(
  parts: LegacyParts,
  request: RouteRequest,
  transaction: Transaction,
  kind: FileKind,
): Promise<string> {
  for (const part of await readBatch(request)) {
    const path = pathOf(transaction, part.path, kind);
    const content = parts.uploads.incoming(`upload of ${path}`);
    try {
      content.write(part.content);
      const object = parts.objects.putByHash(codeBucket(transaction.application), content);
      if (part.hash.replaceAll('_', '') !== object.sha1) {
        throw refusal(`What came for ${path} is not what its hash ${part.hash} says`);
      }
      addFile(transaction, path, object);
    } finally {
      content.discard();
    }
  }
  return '';
}

async function readBatch(request: RouteRequest): Promise<readonly BatchPart[]> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bodyOf(request)) {
    size += chunk.length;
    if (size > MAX_BATCH_BYTES) {
      throw failure('control.too-large', { request: 'a batch of files', limit: MAX_BATCH_BYTES });
    }
    chunks.push(chunk);
  }
  try {
    return parseBatch(Buffer.concat(chunks));
  } catch (error) {
    if (!(error instanceof BatchError)) throw error;
    throw refusal(`The batch ${messageOf(error)}`);
  }
}

function pathOf(transaction: Transaction, named: string, kind: FileKind): string {
  const path = kind === 'file' ? named : errorPage(transaction, named);
  requirePath(transaction, path);
  return path;
}

function errorPage({ file }: Transaction, code: string): string {
  const handler = file.spec.errorHandlers.find(({ errorCode }) => errorCode === code);
  if (!handler) throw refusal(`The version has no error handler for ${JSON.stringify(code.slice(0, 64))}`);
  return handler.file;
}

function requirePath({ files }: Transaction, path: string): void {
  const problem = manifestPathProblem(path);
  if (problem) throw failure('manifest.unsafe', { path: path.slice(0, 256), problem });
  if (files.size >= limits.files && !files.has(path)) throw refusal(`A version has at most ${limits.files} files`);
}

function addFile({ files }: Transaction, path: string, { digest, size, isProgram }: StoredObject): void {
  files.set(path, { path, digest, size, isExecutable: isProgram });
}
