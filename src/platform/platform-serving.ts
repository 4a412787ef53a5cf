/** Second stage of the start: the router, and the engine that runs the instances behind it. */
import { join } from 'node:path';
import { applicationHost } from '../model/host.ts';
import { BundledApis } from './apis/bundled-apis.ts';
import type { EgressBoundary } from './egress/egress-boundary.ts';
import type { EgressPolicy } from './egress/egress-policy.ts';
import type { Lifetime } from './lifetime.ts';
import { persistentSecret } from './persistent-secret.ts';
import { openPlatformEgress } from './platform-egress.ts';
import { DRAIN_MS, type PlatformOptions } from './platform-options.ts';
import type { PlatformState } from './platform-state.ts';
import { choosePort } from './ports.ts';
import { createRouter, type Router } from './router/router.ts';
import { createRuntimes } from './runtimes/registry.ts';
import { createEngine } from './serving/embedded-engine.ts';
import type { Engine } from './serving/engine.ts';
import type { Isolation } from './serving/isolation/isolation.ts';
import { TrafficMeter } from './usage/traffic-meter.ts';

const USUAL_PORT = 8080;

export interface PlatformServing {
  readonly router: Router;
  readonly routerPort: number;
  /** For people, when the port is not the usual one. */
  readonly portNote: string | undefined;
  readonly traffic: TrafficMeter;
  readonly apis: BundledApis;
  readonly engine: Engine;
  readonly policy: EgressPolicy;
  readonly egress: EgressBoundary;
  readonly isolation: Isolation;
  /** `APPLICATION.localhost:PORT`. */
  readonly defaultHostname: (application: string) => string;
}

/** @throws AppcfgError `platform.port-in-use`, `platform.egress-unavailable` ... */
export async function openPlatformServing(
  options: PlatformOptions,
  state: PlatformState,
  lastPort: number | undefined,
  lifetime: Lifetime,
): Promise<PlatformServing> {
  const { clock, environment, assetsDirectory, directories } = options;
  const { logs, usage, nonce, directory, secrets } = state;
  const traffic = new TrafficMeter(logs, clock);
  lifetime.onClose('traffic meter', () => traffic.close());
  const apis = new BundledApis(clock);
  const { router, routerPort, portNote } = await openRouter(options, state, { apis, lastPort, lifetime });
  // After the instances: their shutdown hooks still call it.
  lifetime.onClose('API server', () => apis.close());
  const isolation = await state.isolating;
  const { policy, boundary: egress } = openPlatformEgress(
    {
      ...{ clock, nonce, environment, configDirectory: directories.config, cgroups: isolation.cgroups },
      apiPort: () => apis.port,
    },
    lifetime,
  );
  const findRuntime = createRuntimes({ assetsDirectory, environment: isolation.environment });
  const engine = createEngine({
    ...{ clock, logs, nonce, isolation, egress, tickets: apis.tickets, meter: usage.hours },
    runtimeFor: (deployment) => findRuntime(deployment.runtime, deployment.environment),
    stateDirectory: join(directory, 'run'),
    cacheDirectory: join(directories.cache, 'builds'),
    secretsFor: ({ application, secrets: bindings }) => secrets.open(application, bindings ?? {}),
    environmentFor: (deployment, instance) => apis.environmentFor(deployment, instance),
    onChange: () => {},
  });
  lifetime.onClose('engine', () => engine.close());
  return {
    ...{ router, routerPort, portNote, traffic, apis, engine, policy, egress, isolation },
    defaultHostname: (application) => `${applicationHost(application)}.localhost:${routerPort}`,
  };
}

interface RouterParts {
  readonly apis: BundledApis;
  readonly lastPort: number | undefined;
  readonly lifetime: Lifetime;
}

async function openRouter(options: PlatformOptions, state: PlatformState, parts: RouterParts) {
  const { host, port, clock } = options;
  const { logs, usage, directory } = state;
  const chosen = await choosePort({ what: 'router', host, asked: port, usual: USUAL_PORT, last: parts.lastPort });
  const router = createRouter({
    ...{ clock, logs, tickets: parts.apis.tickets, meter: usage.requests },
    internalSecret: persistentSecret(join(directory, 'secret')),
    showRelease: options.showRelease === true,
    ...(options.isTrustedProxy === undefined ? {} : { isTrustedProxy: options.isTrustedProxy }),
  });
  const { port: routerPort } = await router.listen({ host, port: chosen.port });
  parts.lifetime.onClose('router', () => router.close({ graceMs: DRAIN_MS }));
  return { router, routerPort, portNote: chosen.note };
}
