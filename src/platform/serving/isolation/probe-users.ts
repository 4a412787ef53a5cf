/** Whether root can start programs as another user, and whether these reach what they need without a sandbox. */
import { readFileSync } from 'node:fs';
import type { Clock } from '../../../support/clock.ts';
import { becomeUser } from './become-user.ts';
import type { Probe } from './choose-isolation.ts';
import { probeRun } from './probe-run.ts';
import { type UserRange, userRange } from './user-range.ts';

/** @param seed hexadecimal digits of the platform's own */
export function rangeOfUsers(seed: string): UserRange | undefined {
  try {
    return userRange(readFileSync('/proc/self/uid_map', 'utf8'), seed);
  } catch {
    return undefined;
  }
}

/** No new privileges, death signal and change of user: setpriv of util-linux. */
export async function probeSetpriv(clock: Clock, user: number | undefined): Promise<Probe> {
  if (process.platform !== 'linux') return { isAvailable: false, reason: 'only Linux has isolation levels' };
  const { isSuccess, lines } = await probeRun(clock, [...becomeUser({ user, diesWithPlatform: true }), '/bin/true']);
  if (isSuccess) return { isAvailable: true };
  return {
    isAvailable: false,
    reason: `setpriv does not work here (${lines[0] ?? 'it said nothing'})`,
    advice: 'Install util-linux 2.31 or newer. On Debian and Ubuntu: apt-get install util-linux',
  };
}

const SCRIPT = `for path do if [ -d "$path" ]; then [ -x "$path" ]; else [ -r "$path" ]; fi || { echo "$path"; exit 1; }; done`;

/** @param paths directories to enter and files to read */
export async function probeReach(clock: Clock, user: number, paths: readonly string[]): Promise<Probe> {
  const words = [...becomeUser({ user, diesWithPlatform: true }), '/bin/sh', '-c', SCRIPT, 'reach', ...paths];
  const { isSuccess, lines } = await probeRun(clock, words);
  if (isSuccess) return { isAvailable: true };
  return {
    isAvailable: false,
    reason: `other users can't reach ${lines[0] ?? 'the platform'}, so applications can't have users of their own`,
    advice:
      'Keep the platform where all directories above can be entered: APPCFG_HOME=/var/lib/appcfg; or install bubblewrap.',
  };
}
