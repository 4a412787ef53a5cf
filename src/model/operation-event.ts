/** What a backend reports while an operation runs. */

/** An error as it travels: code, sentence, facts, next steps. */
export interface ErrorBodyLike {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly hints: readonly string[];
}

export type VersionPhase = 'materialising' | 'building' | 'starting' | 'healthy' | 'live' | 'unchanged' | 'stopped';

export type OperationEvent =
  | {
      readonly type: 'version-phase';
      readonly module: string;
      readonly version: string;
      readonly phase: VersionPhase;
      /** For people: `2 of 3 instances`, `pip install (cached)`. */
      readonly detail?: string;
      readonly timeMs: number;
    }
  | {
      /** A line that a build or an instance printed while starting. */
      readonly type: 'output';
      readonly module: string;
      readonly version: string;
      readonly line: string;
      readonly timeMs: number;
    }
  | { readonly type: 'warning'; readonly message: string; readonly timeMs: number };
