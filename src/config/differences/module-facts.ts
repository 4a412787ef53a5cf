/** What a rule about differences looks at, and how it says what it found. */
import type { VersionSpec } from '../../model/version-spec.ts';
import type { Findings } from '../findings.ts';
import type { Path } from '../yaml/path.ts';

/** Places to deploy to. */
const targets = ['google', 'platform'] as const;
export type Target = (typeof targets)[number];

export interface ModuleFacts {
  readonly application: string | undefined;
  readonly module: string;
  readonly version: string | undefined;
  readonly spec: VersionSpec;
  readonly findings: Findings;
}

export interface Difference {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
}

/** A deploy there fails. */
export function refused({ findings }: Pick<ModuleFacts, 'findings'>, difference: Difference): void {
  findings.error('target-refuses', { on: 'key', ...difference });
}

/** It works there, in another way. */
export function differs({ findings }: Pick<ModuleFacts, 'findings'>, difference: Difference): void {
  findings.warning('target-differs', { on: 'key', ...difference });
}

/** Keys of the file itself that are there, each with what becomes of it. */
export function differingKeys(
  facts: ModuleFacts,
  keys: readonly (readonly [key: string, message: string, hint?: string])[],
): void {
  for (const [key, message, hint] of keys) {
    const path = key.split('.');
    if (facts.findings.isWritten(path))
      differs(facts, { path, message: `"${key}" ${message}`, ...(hint === undefined ? {} : { hint }) });
  }
}
