/** Writes the files of a packaged tree as a zip archive: the same set, in the same order, with fixed dates. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { PassThrough, Transform, type Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import type { ZipArchive } from 'archiver';
import { failure, isAppcfgError, messageOf } from '../errors.ts';
import type { ManifestFile } from '../model/manifest.ts';
import { digestOf } from '../support/digest.ts';
import type { PackagedTree } from './package-tree.ts';

export interface ZipOptions {
  readonly signal?: AbortSignal;
}

/**
 * @param output path of the archive, which appears whole or not at all, or a stream, which is left open
 * @throws AppcfgError `packaging.changed-while-reading`, `packaging.refused` (names a zip can't hold),
 * `packaging.unwritable`; what the stream fails with; the signal's reason
 */
export async function writeZip(tree: PackagedTree, output: string | Writable, options: ZipOptions = {}): Promise<void> {
  refuseUnzippableNames(tree);
  if (typeof output !== 'string') return await zipTo(tree, output, options);
  const temporary = `${output}.${process.pid}.tmp`;
  try {
    await zipToFile(tree, temporary, options);
    renameSync(temporary, output);
  } catch (error) {
    rmSync(temporary, { force: true });
    options.signal?.throwIfAborted();
    if (isAppcfgError(error)) throw error;
    throw failure('packaging.unwritable', { path: output, reason: messageOf(error) }, { cause: error });
  }
}

const CHUNK_SIZE = 1024 * 1024;
/** The earliest date that a zip can hold: equal trees give equal archives. */
const FIXED_DATE = new Date(Date.UTC(1980, 0, 1));
/** Larger files are streamed; appending the others as buffers is twice as fast. */
const STREAMED_SIZE = 4 * CHUNK_SIZE;

/** Opened at once and closed before it returns: a file that is still being opened would appear after its removal. */
async function zipToFile(tree: PackagedTree, path: string, options: ZipOptions): Promise<void> {
  const file = createWriteStream(path, { fd: openSync(path, 'w'), highWaterMark: CHUNK_SIZE });
  const closed = new Promise<void>((resolve) => file.once('close', resolve));
  try {
    await zipTo(tree, file, options);
    file.end();
    await finished(file);
  } finally {
    file.destroy();
    await closed;
  }
}

async function zipTo(tree: PackagedTree, sink: Writable, { signal }: ZipOptions): Promise<void> {
  const { ZipArchive } = await import('archiver');
  const archive = new ZipArchive({ zlib: { level: 6 } });
  const stopped = new AbortController();
  const written = pipeline(archive, sink, signal === undefined ? { end: false } : { end: false, signal });
  // When the sink or the archive fails, nobody else would tell the loop below.
  written.catch((error: unknown) => stopped.abort(error));
  try {
    for (const file of tree.manifest.files) await append(archive, tree, file, stopped.signal);
    await archive.finalize();
  } catch (error) {
    const reason = stopped.signal.aborted ? stopped.signal.reason : error;
    archive.destroy(reason instanceof Error ? reason : undefined);
    await written.catch(() => undefined);
    throw reason;
  }
  await written;
}

/** One entry at a time, so that memory stays flat. */
async function append(archive: ZipArchive, tree: PackagedTree, file: ManifestFile, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const source = tree.sources.get(file.digest)?.path ?? '';
  const data = { name: file.path, date: FIXED_DATE, mode: file.isExecutable ? 0o755 : 0o644 };
  if (file.size > STREAMED_SIZE) {
    // archiver does not hear of errors of its sources, so they are read here and handed to it through a pipe.
    const content = new PassThrough();
    const reader = createReadStream(source, { highWaterMark: CHUNK_SIZE });
    const entry = once(archive, 'entry', { signal });
    archive.append(content, data);
    await Promise.all([pipeline(reader, new DigestCheck(file), content, { signal }), entry]);
    return;
  }
  const content = contentOf(source, file);
  if (digestOf(content) !== file.digest) throw failure('packaging.changed-while-reading', { path: file.path });
  const entry = once(archive, 'entry', { signal });
  archive.append(content, data);
  await entry;
}

function contentOf(source: string, file: ManifestFile): Buffer {
  try {
    return readFileSync(source);
  } catch (error) {
    throw failure('packaging.unreadable', { path: file.path, reason: messageOf(error) }, { cause: error });
  }
}

/** Lets content through and fails at its end when it is not what was packaged. */
class DigestCheck extends Transform {
  readonly #file: ManifestFile;
  readonly #hash = createHash('sha256');

  constructor(file: ManifestFile) {
    super();
    this.#file = file;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: (error: null, chunk: Buffer) => void): void {
    this.#hash.update(chunk);
    callback(null, chunk);
  }

  override _flush(callback: (error?: Error) => void): void {
    const isSame = this.#hash.digest('hex') === this.#file.digest;
    callback(isSame ? undefined : failure('packaging.changed-while-reading', { path: this.#file.path }));
  }
}

/** archiver takes `c:` away from the start of a name, because another system would read a drive letter. */
function refuseUnzippableNames(tree: PackagedTree): void {
  const problems = tree.manifest.files
    .filter((file) => /^\w+:/.test(file.path))
    .map((file) => ({ path: file.path, reason: "begins like a drive letter, which an archive can't hold" }));
  if (problems.length === 0) return;
  throw failure('packaging.refused', { directory: 'the archive', problems, leaveOutWith: 'a line in .gcloudignore' });
}
