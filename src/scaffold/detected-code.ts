/** What was found in a directory that has code already. */
import type { StarterRuntime } from './starter-runtime.ts';

export interface DetectedCode {
  readonly runtime: StarterRuntime;
  /** The file that says so. */
  readonly because: string;
  /** Lines for the yaml file: how the program starts, where the runtime does not find that out. */
  readonly entrypoint?: readonly string[];
  readonly handlers?: readonly string[];
  /** For people: what is still missing. */
  readonly notes: readonly string[];
}
