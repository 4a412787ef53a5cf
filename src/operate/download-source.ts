/** Writes a deployed version's files to a directory; whole or not at all, and never outside of it. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { SourceRole } from '../backend/backend.ts';
import type { VersionName } from '../backend/call-options.ts';
import { requireRole } from '../backend/require-role.ts';
import { failure, messageOf } from '../errors.ts';
import { manifestPathProblem } from '../model/manifest.ts';
import { DEFAULT_MODULE } from '../model/names.ts';
import { defaultVersionOf } from '../model/traffic.ts';
import { digestOf } from '../support/digest.ts';
import { describeApplication, requireModule, requireVersion } from './describe-application.ts';
import type { OperateContext } from './operate-context.ts';

export interface DownloadRequest {
  readonly application: string;
  /** Default: `default`. */
  readonly module?: string | undefined;
  /** Default: the one that takes most traffic. */
  readonly version?: string | undefined;
  /** Absent or empty. */
  readonly directory: string;
  readonly workingDirectory: string;
  readonly onFile?: (path: string, done: number, total: number) => void;
}

export interface DownloadResult extends VersionName {
  /** Absolute. */
  readonly directory: string;
  readonly files: number;
  readonly bytes: number;
}

type SourceFile = Awaited<ReturnType<SourceRole['list']>>[number];

/** @throws AppcfgError `download.not-empty`, `download.unsafe`, `download.damaged`, `download.failed` and the names' */
export async function downloadSource(context: OperateContext, request: DownloadRequest): Promise<DownloadResult> {
  const role = requireRole(context.backend, 'source');
  const name = await versionToDownload(context, request);
  const directory = resolve(request.workingDirectory, request.directory);
  requireEmpty(directory);
  const files = await role.list(name, { signal: context.signal });
  for (const { path } of files) {
    const problem = manifestPathProblem(path);
    if (problem) throw failure('download.unsafe', { path, problem });
  }
  const partial = `${directory}.partial-${randomUUID()}`;
  try {
    mkdirSync(partial, { recursive: true });
    for (const [index, file] of files.entries()) {
      context.signal.throwIfAborted();
      const content = await role.read(name, file.path, { signal: context.signal });
      writeVerified(partial, file, content);
      request.onFile?.(file.path, index + 1, files.length);
    }
    renameSync(partial, directory);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw isFileSystemError(error)
      ? failure('download.failed', { directory, reason: messageOf(error) }, { cause: error })
      : error;
  }
  return { ...name, directory, files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}

async function versionToDownload(context: OperateContext, request: DownloadRequest): Promise<VersionName> {
  const application = await describeApplication(context, request.application);
  const module = requireModule(application, request.module ?? DEFAULT_MODULE);
  const version = request.version ?? defaultVersionOf(module.traffic);
  if (version === undefined) {
    throw failure('version.required', { module: module.name, known: module.versions.map(({ id }) => id) });
  }
  requireVersion(application, module.name, version);
  return { application: application.id, module: module.name, version };
}

function requireEmpty(directory: string): void {
  const stat = statSync(directory, { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isDirectory() || readdirSync(directory).length > 0) throw failure('download.not-empty', { directory });
}

/** The tree is new and ours, so nothing in it can be a link that leads elsewhere; `wx` refuses a path twice. */
function writeVerified(root: string, { path, digest, size }: SourceFile, content: Uint8Array): void {
  if (content.length !== size || digestOf(content) !== digest) throw failure('download.damaged', { path });
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content, { flag: 'wx' });
}

function isFileSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
