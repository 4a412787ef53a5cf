/** Looks for what the kernel's rules need on this machine: nftables, root, and control groups of version 2. */
import { failure } from '../../errors.ts';
import type { EgressWish } from '../../model/egress.ts';
import type { Clock } from '../../support/clock.ts';
import { digestOf } from '../../support/digest.ts';
import { findExecutable } from '../runtimes/executables.ts';
import type { RunCommand } from '../runtimes/runtime.ts';
import { createEgressBoundary, type EgressBoundary } from './egress-boundary.ts';
import type { EgressPolicy } from './egress-policy.ts';
import type { IpRange } from './ip-address.ts';
import { isSecondVersion, KernelEgress } from './kernel-egress.ts';

export interface EgressOptions {
  readonly wish: EgressWish;
  readonly clock: Clock;
  readonly run: RunCommand;
  /** Unique to this platform and the same after its restart. */
  readonly nonce: string;
  readonly policy: EgressPolicy;
  readonly ownRanges: readonly IpRange[];
  readonly apiPort: () => number;
  /** Where the control groups of instances are made. */
  readonly cgroups: readonly string[];
}

/** @throws AppcfgError `platform.egress-unavailable` when nothing less than the kernel was asked for */
export function openEgress(options: EgressOptions): EgressBoundary {
  const { wish, nonce } = options;
  const nft = findExecutable('nft', { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' });
  const lacking = wish === 'advisory' ? asAsked : whatLacks(nft, options.cgroups);
  if (wish === 'kernel' && lacking.reasons.length > 0) throw failure('platform.egress-unavailable', lacking);
  if (lacking.reasons.length > 0 || nft === undefined) return createEgressBoundary(wish, undefined, lacking);
  const table = `appcfg_${digestOf(nonce).slice(0, 12)}`;
  return createEgressBoundary(wish, new KernelEgress({ ...options, nft, table }), lacking);
}

interface Lack {
  readonly reasons: readonly string[];
  readonly advice: readonly string[];
}

const asAsked: Lack = { reasons: ['advisory rules were asked for'], advice: ['Unset APPCFG_EGRESS.'] };

function whatLacks(nft: string | undefined, cgroups: readonly string[]): Lack {
  const lacks: readonly (readonly [boolean, string, string])[] = [
    [process.platform !== 'linux', 'this system has no nftables', 'Run the platform on Linux.'],
    [process.getuid?.() !== 0, 'the platform is not root', 'Run the platform as root.'],
    [nft === undefined, 'nft is not installed', 'On Debian and Ubuntu: apt-get install nftables'],
    [
      !cgroups.some(isSecondVersion),
      'instances have no control groups of version 2',
      'Mount cgroup2, and use isolation level process or bwrap.',
    ],
  ];
  const found = lacks.filter(([isLacking]) => isLacking);
  return { reasons: found.map(([, reason]) => reason), advice: found.map(([, , advice]) => advice) };
}
