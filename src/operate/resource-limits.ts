/** How many and how large the files of a version may be on a backend, in the original's words. */
import { appEngineLimits, platformLimits } from '../packaging/limits.ts';

/** Bytes, and a number of files. A blob is a file that is served as it is. */
export interface ResourceLimits {
  readonly max_blob_size: number;
  readonly max_file_count: number;
  readonly max_file_size: number;
  readonly max_total_file_size: number;
}

export function resourceLimits(backend: string): ResourceLimits {
  const limits = backend === 'google' ? appEngineLimits : platformLimits;
  return {
    max_blob_size: limits.maximumFileSize,
    max_file_count: limits.maximumFiles,
    max_file_size: limits.maximumFileSize,
    max_total_file_size: limits.maximumTotalSize,
  };
}
