/** Turns what the file system says about a failed write into an error that people understand. */
import { failure, isAppcfgError, messageOf } from '../../errors.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than allowed here (ulimit -f)',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted',
  EIO: 'the disk reported an error',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'it is a directory',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'a directory of the path does not exist',
};

/** Why writing failed, as the end of a sentence. */
export function writeFailureReason(error: unknown): string {
  return reasons[(error as NodeJS.ErrnoException | null)?.code ?? ''] ?? messageOf(error);
}

/** The error to throw instead of `error`: `store.write-failed`, or `error` itself when it is no file system's. */
export function writeFailure(file: string, error: unknown): unknown {
  if (isAppcfgError(error)) return error;
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  return failure('store.write-failed', { file: path ?? file, reason: writeFailureReason(error) }, { cause: error });
}
