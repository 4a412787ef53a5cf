/** What every request of the Admin API says the same way: API version, target, author, update mask. */
import { randomUUID } from 'node:crypto';
import { failure } from '../../../errors.ts';
import type { ApiVersion } from '../../../protocol/admin/operation-resource.ts';
import type { RouteRequest } from '../route-table.ts';

type WithParameters = Pick<RouteRequest, 'parameters'>;

export function apiOf({ message }: Pick<RouteRequest, 'message'>): ApiVersion {
  return message.url?.startsWith('/v1beta') === true ? 'v1beta' : 'v1';
}

export function applicationOf({ parameters }: WithParameters): string {
  return parameters.app ?? '';
}

export function targetOf({ parameters }: WithParameters) {
  return { application: parameters.app ?? '', module: parameters.service ?? '', version: parameters.version ?? '' };
}

/** Who changes something: who the token says; for this machine's user what our own tool says, else the tool that asks. */
export function authorOf({ message, caller }: Pick<RouteRequest, 'message' | 'caller'>) {
  return { requestId: randomUUID(), createdBy: caller.author(toolOf(message.headers)) };
}

function toolOf(headers: RouteRequest['message']['headers']): string {
  const user = headers['x-appcfg-user'];
  if (typeof user === 'string' && user !== '') return user.slice(0, 256);
  return /gcloud\//.test(headers['user-agent'] ?? '') ? 'gcloud' : 'admin-api';
}

/**
 * The fields of `updateMask`. Clients end masks with a comma, and write snake_case or camelCase.
 * @param known fields that may be named; `network.*` stands for everything below
 * @throws AppcfgError `api.invalid`
 */
export function updateMask({ query }: Pick<RouteRequest, 'query'>, known: readonly string[]): readonly string[] {
  const fields = (query.get('updateMask') ?? query.get('update_mask') ?? '')
    .split(',')
    .map((field) => field.trim().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()))
    .filter((field) => field !== '');
  if (fields.length === 0) throw invalid('updateMask', 'is missing');
  const unknown = fields.find((field) => !known.some((pattern) => isCovered(field, pattern)));
  if (unknown === undefined) return fields;
  throw invalid(
    'updateMask',
    `names ${unknown.slice(0, 128)}, which can't be changed here; what can: ${known.join(', ')}`,
  );
}

function isCovered(field: string, pattern: string): boolean {
  if (!pattern.endsWith('.*')) return field === pattern;
  const parent = pattern.slice(0, -2);
  return field === parent || field.startsWith(`${parent}.`);
}

export function invalid(field: string, reason: string) {
  return failure('api.invalid', { field, reason });
}

/** What the state of something forbids. */
export function refused(reason: string) {
  return failure('api.refused', { reason });
}

export function notFound(what: string, name: string) {
  return failure('api.not-found', { what, name: name.slice(0, 256) });
}
