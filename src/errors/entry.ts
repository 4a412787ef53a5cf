/** The shape of one catalogue entry. */

/** Whose fault: decides the tone and whether a stack trace is of any use. */
export type Fault = 'user' | 'environment' | 'backend' | 'bug';

export interface ErrorEntry<D> {
  readonly fault: Fault;
  /** Process exit code: 1 failed, 2 usage, 70 our bug, 130 interrupted. */
  readonly exitCode: 1 | 2 | 70 | 130;
  /** One sentence: what happened, where, why. No full stop is added. */
  readonly message: (details: D) => string;
  /** What to do next, a command where there is one. */
  readonly hints?: (details: D) => readonly string[];
}

/** Keeps the details type of an entry while checking its shape. */
export function entry<D>(value: ErrorEntry<D>): ErrorEntry<D> {
  return value;
}
