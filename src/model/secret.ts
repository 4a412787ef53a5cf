/** Secrets of an application: variables whose values go in and never come out again. */

export interface SecretSummary {
  readonly name: string;
  /** 1 for its first value, 2 for the next one ... */
  readonly version: number;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly createdBy: string;
}

export interface SecretsChange {
  /** Name -> new value. */
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
  /** Running versions keep what they have; what is deployed next gets the new ones. */
  readonly isStaged: boolean;
}

/** Bytes of one value. */
export const MAX_SECRET_BYTES = 64 * 1024;
export const MAX_SECRETS = 500;

/** The end of "the secret NAME ...": why it can't be one; undefined when it can. */
function secretNameProblem(name: string): string | undefined {
  if (!/^[A-Za-z_]\w{0,254}$/.test(name)) {
    return 'must be letters, digits and underscores, not beginning with a digit, 255 at most';
  }
  if (name === 'PORT' || name === 'PATH' || name.startsWith('GAE_')) return 'is set by the platform';
  return undefined;
}

function secretValueProblem(value: string): string | undefined {
  if (value.includes('\0')) return 'holds a zero byte, which no environment variable can';
  if (Buffer.byteLength(value) > MAX_SECRET_BYTES) return `is longer than ${MAX_SECRET_BYTES / 1024} KiB`;
  return undefined;
}

/** The first that can't be one, with the reason; undefined when all can. */
export function secretProblem(
  values: Readonly<Record<string, string>>,
): { readonly name: string; readonly problem: string } | undefined {
  for (const [name, value] of Object.entries(values)) {
    const problem = secretNameProblem(name) ?? secretValueProblem(value);
    if (problem !== undefined) return { name, problem };
  }
  return undefined;
}
