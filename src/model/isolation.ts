/** How far the processes of an application are kept from the machine, the platform and each other. */

/**
 * `none`: a process group with a clean environment. `process`: no new privileges, limits, and where the platform is
 * root a user of its own for each application. `bwrap`: a sandbox that holds what the application needs and nothing
 * else of the machine.
 */
export type IsolationLevel = 'none' | 'process' | 'bwrap';

/** `auto`: the strongest level that works on the machine. */
export type IsolationWish = 'auto' | IsolationLevel;

/** From the weakest to the strongest. */
export const isolationLevels: readonly IsolationLevel[] = ['none', 'process', 'bwrap'];

export const isolationWishes: readonly IsolationWish[] = ['auto', ...isolationLevels];

export interface IsolationStatus {
  readonly level: IsolationLevel;
  /** What this level does not do here, and why it is no stronger one; for people. */
  readonly reasons: readonly string[];
  /** What to do for more; for people. */
  readonly advice: readonly string[];
  /** Which limits the kernel holds; memory is polled where it is not among them. */
  readonly kernelLimits: readonly KernelLimit[];
}

export type KernelLimit = 'memory' | 'cpu' | 'processes';

export function isAtLeast(level: IsolationLevel, required: IsolationLevel): boolean {
  return isolationLevels.indexOf(level) >= isolationLevels.indexOf(required);
}
