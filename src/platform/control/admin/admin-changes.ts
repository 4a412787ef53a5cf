/** Changes through the Admin API: traffic splits, serving status, number of instances, deletions. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { failure } from '../../../errors.ts';
import type { ShardBy } from '../../../model/traffic.ts';
import { operationResource } from '../../../protocol/admin/resources.ts';
import type { ChangeRequest } from '../../application-changes.ts';
import { requireVersion } from '../../changes.ts';
import type { ControlParts } from '../extension-routes.ts';
import { readJson } from '../json-body.ts';
import type { Route, RouteRequest } from '../route-table.ts';

/** Quick changes are answered when they are over, so that clients need not poll. */
const INLINE_WAIT_MS = 5000;

const servicePatch = z.looseObject({
  split: z
    .looseObject({
      allocations: z.record(z.string(), z.coerce.number()),
      shardBy: z.union([z.string(), z.number()]).optional(),
    })
    .optional(),
});
const versionPatch = z.looseObject({
  servingStatus: z.union([z.string(), z.number()]).optional(),
  manualScaling: z.looseObject({ instances: z.coerce.number().int().min(1) }).optional(),
});

export function changeRoutes(parts: ControlParts, app: string): readonly Route[] {
  const service = `${app}/services/:service`;
  const version = `${service}/versions/:version`;
  return [
    { method: 'PATCH', pattern: service, handler: (request) => patchService(parts, request) },
    { method: 'PATCH', pattern: version, handler: (request) => patchVersion(parts, request) },
    {
      method: 'DELETE',
      pattern: version,
      handler: (request) => run(parts, { kind: 'delete', request: { ...named(request), ...author(request) } }),
    },
    {
      method: 'DELETE',
      pattern: `${version}/instances/:instance`,
      handler: async (request) => {
        const { value } = requireVersion(parts, named(request));
        await parts.engine.stopInstance(value.deploymentId, request.parameters.instance ?? '');
        const name = `apps/${request.parameters.app}/operations/${randomUUID()}`;
        return { name, done: true, response: { '@type': 'type.googleapis.com/google.protobuf.Empty' } };
      },
    },
  ];
}

async function patchService(parts: ControlParts, request: RouteRequest): Promise<unknown> {
  const { split } = await readJson(request.message, servicePatch);
  requireMask(request, ['split']);
  if (!split) throw invalid(request, 'split is missing');
  const { app = '', service = '' } = request.parameters;
  const splits = { [service]: { shardBy: shardBy(split.shardBy), allocations: split.allocations } };
  return run(parts, { kind: 'traffic', request: { application: app, splits, ...author(request) } });
}

async function patchVersion(parts: ControlParts, request: RouteRequest): Promise<unknown> {
  const patch = await readJson(request.message, versionPatch);
  const mask = requireMask(request, ['servingStatus', 'manualScaling.instances', 'manualScaling']);
  const change = { ...named(request), ...author(request) };
  if (mask.includes('servingStatus')) {
    const status = String(patch.servingStatus ?? '').toUpperCase();
    if (status === 'SERVING' || status === '1') return run(parts, { kind: 'start', request: change });
    if (status === 'STOPPED' || status === '2') return run(parts, { kind: 'stop', request: change });
    throw invalid(request, `servingStatus is ${JSON.stringify(patch.servingStatus)}, not SERVING or STOPPED`);
  }
  const instances = patch.manualScaling?.instances;
  if (instances === undefined) throw invalid(request, 'manualScaling.instances is missing');
  return run(parts, { kind: 'scale', request: { ...change, instances } });
}

async function run(parts: ControlParts, change: ChangeRequest): Promise<unknown> {
  const { id } = parts.changes.submit(change);
  return operationResource(await parts.operations.finished(id, INLINE_WAIT_MS));
}

/** Clients end masks with a comma, and write snake_case or camelCase. */
function requireMask(request: RouteRequest, known: readonly string[]): readonly string[] {
  const fields = (request.query.get('updateMask') ?? '')
    .split(',')
    .map((field) => field.trim().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()))
    .filter((field) => field !== '');
  if (fields.length === 0) throw invalid(request, 'updateMask is missing');
  const unknown = fields.find((field) => !known.includes(field));
  if (unknown !== undefined) throw invalid(request, `${unknown} can't be changed here; what can: ${known.join(', ')}`);
  return fields;
}

const shards: Readonly<Record<string, ShardBy>> = {
  COOKIE: 'cookie',
  IP: 'ip',
  RANDOM: 'random',
  1: 'cookie',
  2: 'ip',
  3: 'random',
};

function shardBy(value: string | number | undefined): ShardBy {
  return shards[String(value ?? 'IP').toUpperCase()] ?? 'ip';
}

function named({ parameters }: RouteRequest) {
  return { application: parameters.app ?? '', module: parameters.service ?? '', version: parameters.version ?? '' };
}

function author({ message }: RouteRequest) {
  const user = message.headers['x-appcfg-user'];
  return { requestId: randomUUID(), createdBy: typeof user === 'string' ? user.slice(0, 256) : 'admin-api' };
}

function invalid({ message }: RouteRequest, reason: string) {
  return failure('control.bad-request', { request: `${message.method} ${message.url}`, reason });
}
