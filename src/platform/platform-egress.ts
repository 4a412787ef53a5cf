/** The rules for outbound sockets as the platform wants them: what the operator opened, and who enforces them. */
import { failure } from '../errors.ts';
import { type EgressWish, egressWishes } from '../model/egress.ts';
import type { Clock } from '../support/clock.ts';
import type { EgressBoundary } from './egress/egress-boundary.ts';
import { createEgressPolicy, type EgressPolicy } from './egress/egress-policy.ts';
import { openEgress } from './egress/open-egress.ts';
import { operatorRules } from './egress/operator-rules.ts';
import { ownRanges } from './egress/own-ranges.ts';
import type { Lifetime } from './lifetime.ts';
import { createRunCommand } from './serving/process.ts';

export interface PlatformEgressOptions {
  readonly configDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly nonce: string;
  readonly cgroups: readonly string[];
  readonly apiPort: () => number;
}

export interface PlatformEgress {
  readonly policy: EgressPolicy;
  readonly boundary: EgressBoundary;
}

const VARIABLE = 'APPCFG_EGRESS';

/**
 * Ends with the platform.
 * @throws AppcfgError `platform.socket-rule-invalid`, `platform.egress-unavailable`, `platform.egress-wish-invalid`
 */
export function openPlatformEgress(options: PlatformEgressOptions, lifetime: Lifetime): PlatformEgress {
  const { clock, environment, nonce, cgroups, apiPort } = options;
  const wish = wishOf(environment[VARIABLE]);
  const own = ownRanges();
  const policy = createEgressPolicy({ allow: operatorRules(options.configDirectory, environment), ownRanges: own });
  const run = createRunCommand(clock);
  const boundary = openEgress({ wish, clock, run, nonce, policy, ownRanges: own, apiPort, cgroups });
  lifetime.onClose('egress', () => boundary.close());
  return { policy, boundary };
}

function wishOf(value: string | undefined): EgressWish {
  if (value === undefined || value === '') return 'auto';
  const found = egressWishes.find((wish) => wish === value);
  if (found === undefined) throw failure('platform.egress-wish-invalid', { value, known: egressWishes });
  return found;
}
