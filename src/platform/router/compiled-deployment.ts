/** A deployment, prepared for requests: everything that does not depend on the request is worked out here. */
import type { Deployment } from '../deployment.ts';
import { deadlineMs, type Generation, generationOf } from './deadlines.ts';
import { createErrorPages, type ErrorPageKind, type Page } from './error-pages.ts';
import { compileHandlers, type HandlerMatch } from './handler-match.ts';
import { StaticSite } from './static-site.ts';
import { checkedFieldLines } from './wire/fields.ts';

export interface CompiledDeployment {
  readonly deployment: Deployment;
  readonly generation: Generation;
  readonly isFlexible: boolean;
  readonly hasAffinity: boolean;
  readonly site: StaticSite;
  /** @param path decoded, without the query */
  readonly matchHandler: (path: string) => HandlerMatch;
  readonly errorPage: (kind: ErrorPageKind) => Page | undefined;
  /** Headers that every request of this deployment gets, as lines. */
  readonly constantLines: string;
  /** Whether the application is told about users and data centre, as the bundled services want. */
  readonly hasServiceHeaders: boolean;
  readonly requestDeadlineMs: number | undefined;
  readonly taskDeadlineMs: number | undefined;
}

export function compileDeployment(deployment: Deployment): CompiledDeployment {
  const { spec } = deployment;
  const generation = generationOf(spec);
  const site = new StaticSite(deployment.deploymentId, deployment.directory);
  const match = compileHandlers({ handlers: spec.handlers, fallback: fallbackOf(deployment, generation) });
  const exists = (file: string) => site.has(file);
  const hasServiceHeaders = generation === 1 || spec.usesBundledApis === true;
  return {
    deployment,
    generation,
    isFlexible: spec.environment === 'flexible',
    hasAffinity: spec.network.sessionAffinity === true,
    site,
    matchHandler: (path) => match(path, exists),
    errorPage: createErrorPages(spec.errorHandlers, site),
    constantLines: constantLines(deployment, hasServiceHeaders),
    hasServiceHeaders,
    requestDeadlineMs: deadlineMs(spec, false),
    taskDeadlineMs: deadlineMs(spec, true),
  };
}

/** Second generation: an entrypoint serves whatever the handlers, then all of them static, don't. */
function fallbackOf({ spec }: Deployment, generation: Generation): 'application' | 'none' {
  if (generation === 1 || spec.entrypoint === undefined) return 'none';
  return spec.handlers.some(({ type }) => type === 'script') ? 'none' : 'application';
}

function constantLines(deployment: Deployment, hasServiceHeaders: boolean): string {
  const headers = ['X-Appengine-Country', 'ZZ', 'X-Appengine-Default-Version-Hostname', deployment.defaultHostname];
  if (hasServiceHeaders) headers.push('X-Appengine-Datacenter', 'us1', 'X-Appengine-Auth-Domain', 'gmail.com');
  return checkedFieldLines(headers);
}
