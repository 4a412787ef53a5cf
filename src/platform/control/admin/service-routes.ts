/** Services, as the Admin API calls modules: list, traffic, who may reach them, deletion. */

import { z } from 'zod';
import type { TrafficSplit } from '../../../model/traffic.ts';
import { trafficSplitProblem } from '../../../model/traffic.ts';
import { enumValue, ingressSettings, shardBys } from '../../../protocol/admin/enums.ts';
import { serviceResource } from '../../../protocol/admin/resources.ts';
import { deploys, views } from '../../access/route-access.ts';
import { readJson } from '../json-body.ts';
import type { Route, RouteRequest } from '../route-table.ts';
import type { AdminParts } from './admin-parts.ts';
import { moduleOf, viewOf } from './lookup.ts';
import { page } from './page.ts';
import { applicationOf, authorOf, invalid, refused, updateMask } from './request-facts.ts';
import { runChange } from './run-change.ts';

const member = z.union([z.string(), z.number()]);
const servicePatch = z.looseObject({
  split: z
    .looseObject({ allocations: z.record(z.string().max(63), z.coerce.number()), shardBy: member.optional() })
    .optional(),
  networkSettings: z.looseObject({ ingressTrafficAllowed: member.optional() }).optional(),
});

export function serviceRoutes(parts: AdminParts, app: string): readonly Route[] {
  const service = `${app}/services/:service`;
  return [
    {
      method: 'GET',
      pattern: `${app}/services`,
      access: views,
      handler: (request) => {
        const { id, modules } = viewOf(parts, applicationOf(request));
        const services = modules.map((module) => serviceResource(id, module));
        return page('services', services, request.query);
      },
    },
    {
      method: 'GET',
      pattern: service,
      access: views,
      handler: (request) => serviceResource(applicationOf(request), moduleOf(parts, request)),
    },
    {
      method: 'PATCH',
      pattern: service,
      access: deploys('change module'),
      handler: (request) => patchService(parts, request),
    },
    {
      method: 'DELETE',
      pattern: service,
      access: deploys('delete module'),
      handler: (request) => deleteService(parts, request),
    },
  ];
}

async function patchService(parts: AdminParts, request: RouteRequest): Promise<unknown> {
  const mask = updateMask(request, ['split.*', 'networkSettings.*']);
  const body = await readJson(request.message, servicePatch);
  const module = moduleOf(parts, request);
  const application = applicationOf(request);
  if (mask.some((field) => field.startsWith('networkSettings'))) {
    const value = body.networkSettings?.ingressTrafficAllowed;
    const ingress = enumValue(ingressSettings, value, 'INGRESS_TRAFFIC_ALLOWED_') ?? 'ALL';
    const change = { application, module: module.name, ingress: ingressOf[ingress], ...authorOf(request) };
    return runChange(parts, request, { kind: 'ingress', request: change });
  }
  if (!body.split) throw invalid('split', 'is missing');
  const shardBy = enumValue(shardBys, body.split.shardBy);
  const split = {
    shardBy: shardBy ? shards[shardBy] : 'ip',
    allocations: withoutZeros(body.split.allocations),
  } as const;
  requireSplit(
    split,
    module.versions.map(({ id }) => id),
  );
  return runChange(parts, request, {
    kind: 'traffic',
    request: { application, splits: { [module.name]: split }, ...authorOf(request) },
  });
}

async function deleteService(parts: AdminParts, request: RouteRequest): Promise<unknown> {
  const module = moduleOf(parts, request);
  if (module.name === 'default') throw refused('The default service of an application can not be deleted');
  return runChange(parts, request, {
    kind: 'delete-module',
    request: { application: applicationOf(request), module: module.name, ...authorOf(request) },
  });
}

function requireSplit(split: TrafficSplit, known: readonly string[]): void {
  const problem = trafficSplitProblem(split);
  if (problem) throw invalid('split.allocations', problem);
  const missing = Object.keys(split.allocations).find((version) => !known.includes(version));
  if (missing !== undefined) throw invalid('split.allocations', `names version ${missing}, which does not exist`);
}

/** Some clients send versions without traffic along. */
function withoutZeros(allocations: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(allocations).filter(([, share]) => share !== 0));
}

const shards = { COOKIE: 'cookie', IP: 'ip', RANDOM: 'random' } as const;
const ingressOf = {
  ALL: 'all',
  INTERNAL_ONLY: 'internal-only',
  INTERNAL_AND_LB: 'internal-and-load-balancing',
} as const;
