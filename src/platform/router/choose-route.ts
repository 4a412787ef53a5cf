/** From host and path to a version: dispatch rules, then what the host names, then the module's traffic. */
import type { HostTarget } from '../../model/host.ts';
import { hostName } from '../../model/host.ts';
import { DEFAULT_MODULE } from '../../model/names.ts';
import {
  type CompiledApplication,
  type CompiledHost,
  type CompiledModule,
  type CompiledTable,
  hostOfApplication,
  hostOfTarget,
} from './compiled-table.ts';
import { dispatchModule } from './dispatch.ts';
import type { InternalMarks } from './internal-request.ts';
import { cookieValue } from './request-head.ts';
import type { Route } from './routed-request.ts';
import type { RouterCore } from './router-core.ts';
import { chooseVersion, TRAFFIC_COOKIE } from './traffic.ts';

export interface RouteFacts {
  /** Decoded. */
  readonly path: string;
  readonly clientIp: string;
  readonly cookies: string | undefined;
  readonly isInternal: boolean;
}

export interface RouteChoice {
  readonly route: Route;
  readonly newTrafficCookie?: number;
}

/** The host of a request of the platform's own. */
export function internalHost(table: CompiledTable, marks: InternalMarks): CompiledHost | 'unknown-name' | 'bad-host' {
  const application = table.applications.get(marks.application);
  if (!application) return 'unknown-name';
  if (marks.host !== undefined) {
    const host = table.host(marks.host);
    return typeof host !== 'string' && host.application !== application ? 'unknown-name' : host;
  }
  if (marks.target) return hostOfTarget(application, marks.target);
  return hostOfApplication(application, marks.fallback ?? { module: DEFAULT_MODULE });
}

/** What an internal request's instance sees as its Host header. */
export function internalHostHeader(application: CompiledApplication, target: HostTarget): string {
  for (const module of application.modules.values()) {
    for (const { compiled } of module.versions.values()) {
      return hostName(compiled.deployment.defaultHostname, target);
    }
  }
  return application.id;
}

/** Undefined when the module does not exist or none of its versions takes traffic. */
export function chooseRoute(core: RouterCore, host: CompiledHost, facts: RouteFacts): RouteChoice | undefined {
  const { application } = host;
  const dispatched = dispatchModule(host.dispatch, facts.path);
  const target: HostTarget = dispatched === undefined ? host.target : { module: dispatched };
  const module = application.modules.get(target.module);
  if (!module) return undefined;
  if (target.version === undefined) return byTraffic(core, application, module, { facts, target });
  const version = module.versions.get(target.version);
  return version && { route: { application, module: module.name, version, instance: target.instance } };
}

function byTraffic(
  core: RouterCore,
  application: CompiledApplication,
  module: CompiledModule,
  { facts, target }: { readonly facts: RouteFacts; readonly target: HostTarget },
): RouteChoice | undefined {
  const { split } = module;
  // The platform's own requests all have one address and no cookies.
  const isSpread = facts.isInternal && split.versions.length > 1;
  const choice = chooseVersion(isSpread ? { ...split, shardBy: 'random' } : split, {
    clientIp: facts.clientIp,
    cookie: split.shardBy === 'cookie' ? cookieValue(facts.cookies, TRAFFIC_COOKIE) : undefined,
    random: () => core.randomness.fraction(),
  });
  const version = choice && module.versions.get(choice.version);
  if (!version) return undefined;
  const route: Route = { application, module: module.name, version, instance: target.instance };
  return choice.newCookie === undefined ? { route } : { route, newTrafficCookie: choice.newCookie };
}
