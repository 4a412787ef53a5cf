/** What keeps the sockets of applications to the rules for outbound traffic. */

/**
 * `kernel`: rules of the operating system, whatever the program does. `advisory`: the language's own socket library,
 * which a program that means to can go around. `unrestricted`: the runtime has native sockets without rules.
 */
export type EgressMode = 'kernel' | 'advisory' | 'unrestricted';

/** Of restricted runtimes (python27, java7) on this platform. */
export interface EgressStatus {
  readonly mode: Exclude<EgressMode, 'unrestricted'>;
  /** Why it is not the kernel, or what is still to be seen; for people. */
  readonly reasons: readonly string[];
  readonly advice: readonly string[];
}

/** `auto`: the kernel's rules where they can be had. */
export type EgressWish = 'auto' | 'kernel' | 'advisory';
export const egressWishes: readonly EgressWish[] = ['auto', 'kernel', 'advisory'];
