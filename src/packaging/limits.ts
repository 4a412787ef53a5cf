/** How many and how large the files of a version may be. */

export interface PackageLimits {
  /** Whose limits they are, for messages. */
  readonly owner: string;
  readonly maximumFiles: number;
  /** Bytes. */
  readonly maximumFileSize: number;
  /** Bytes of all files together. */
  readonly maximumTotalSize: number;
}

const MEBIBYTE = 1024 * 1024;

/** What Google's App Engine takes; the total is that of its deployments without billing. */
export const appEngineLimits: PackageLimits = {
  owner: 'App Engine',
  maximumFiles: 10_000,
  maximumFileSize: 32 * MEBIBYTE,
  maximumTotalSize: 1024 * MEBIBYTE,
};

export const platformLimits: PackageLimits = {
  owner: 'the platform',
  maximumFiles: 100_000,
  maximumFileSize: 512 * MEBIBYTE,
  maximumTotalSize: 4096 * MEBIBYTE,
};
