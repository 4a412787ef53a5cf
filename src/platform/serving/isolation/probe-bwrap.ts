/** Looks for bubblewrap, and runs a program in the very sandbox that applications get. */
import { closeSync, openSync } from 'node:fs';
import type { Clock } from '../../../support/clock.ts';
import { type Environment, findExecutable } from '../../runtimes/executables.ts';
import { type BwrapFeatures, bwrapCommand } from './bwrap-command.ts';
import type { Probe } from './choose-isolation.ts';
import type { Mount } from './mounts.ts';
import { probeRun } from './probe-run.ts';

export interface BwrapProbeOptions {
  readonly clock: Clock;
  /** Of the platform; its PATH is searched. */
  readonly environment: Environment;
  /** Some application's user; undefined when the platform is not root. */
  readonly user: number | undefined;
  readonly system: readonly Mount[];
  readonly filterFile: string | undefined;
}

export interface BwrapProbe {
  readonly bwrap: Probe;
  readonly callFilter: Probe;
  readonly program: string;
  readonly features: BwrapFeatures;
}

const MISSING: Probe = {
  isAvailable: false,
  reason: 'bubblewrap (bwrap) is not installed',
  advice: 'Install bubblewrap for the strongest isolation. On Debian and Ubuntu: apt-get install bubblewrap',
};
const NO_FILTER: Probe = {
  isAvailable: false,
  reason: `system calls are not filtered: there is no filter for ${process.arch} processors, or the kernel takes none`,
};

export async function probeBwrap(options: BwrapProbeOptions): Promise<BwrapProbe> {
  const program = findExecutable('bwrap', options.environment);
  const nothing = { canDisableNamespaces: false, canLimitScratch: false };
  if (process.platform !== 'linux' || program === undefined)
    return { bwrap: MISSING, callFilter: NO_FILTER, program: '', features: nothing };
  const { clock, filterFile } = options;
  const help = (await probeRun(clock, [program, '--help'])).lines.join('\n');
  const offered = { canDisableNamespaces: help.includes('--disable-userns'), canLimitScratch: help.includes('--size') };
  // Each of them fails on some kernel or in some container where the sandbox without it works.
  const tries = [
    { features: offered, filterFile },
    { features: { ...offered, canDisableNamespaces: false }, filterFile },
    { features: { ...offered, canDisableNamespaces: false }, filterFile: undefined },
  ];
  let lines: readonly string[] = [];
  for (const attempt of tries) {
    const result = await tryOut(program, options, attempt);
    const callFilter: Probe = attempt.filterFile === undefined ? NO_FILTER : { isAvailable: true };
    if (result.isSuccess) return { bwrap: { isAvailable: true }, callFilter, program, features: attempt.features };
    if (lines.length === 0) lines = result.lines;
  }
  return { bwrap: refused(lines), callFilter: NO_FILTER, program, features: offered };
}

interface Attempt {
  readonly features: BwrapFeatures;
  readonly filterFile: string | undefined;
}

async function tryOut(program: string, options: BwrapProbeOptions, { features, filterFile }: Attempt) {
  const filterDescriptor = filterFile === undefined ? {} : { filterDescriptor: 3 };
  const scratch: Mount = { type: 'scratch', path: '/tmp', bytes: 1024 * 1024 };
  const sandbox = bwrapCommand({
    ...{ program, features, user: options.user, hostName: 'probe', workingDirectory: '/tmp', ...filterDescriptor },
    mounts: [...options.system, scratch],
  });
  const descriptors = filterFile === undefined ? [] : [openSync(filterFile, 'r')];
  const result = probeRun(options.clock, [...sandbox, '/bin/sh', '-c', 'echo >/tmp/written'], descriptors);
  for (const descriptor of descriptors) closeSync(descriptor);
  return result;
}

function refused(lines: readonly string[]): Probe {
  const said = lines.find((line) => line.trim() !== '') ?? 'it said nothing';
  return {
    isAvailable: false,
    reason: `bubblewrap does not work here (${said.trim()})`,
    advice: adviceOn(said),
  };
}

function adviceOn(said: string): string {
  if (/user namespace|uid map|No permissions to create/i.test(said))
    return 'Allow user namespaces: sysctl kernel.unprivileged_userns_clone=1 on Debian; on Ubuntu 24 and later, an AppArmor profile for bwrap with "userns," (or sysctl kernel.apparmor_restrict_unprivileged_userns=0).';
  if (/mount|proc/i.test(said))
    return 'In a container: let it mount (--privileged, or --security-opt with systempaths and seccomp unconfined), or run the platform outside.';
  return 'Install a newer bubblewrap, or see docs/isolation.md.';
}
