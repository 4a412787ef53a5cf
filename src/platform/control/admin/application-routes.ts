/** Applications: look, create, change what is application-wide. */

import { z } from 'zod';
import type { DispatchRule } from '../../../model/settings.ts';
import { deploys, views } from '../../access/route-access.ts';
import { requireApplication } from '../../changes.ts';
import { readJson } from '../json-body.ts';
import type { Route, RouteRequest } from '../route-table.ts';
import type { AdminParts } from './admin-parts.ts';
import { applicationShown, attributesOf } from './application-shown.ts';
import { viewOf } from './lookup.ts';
import { applicationOf, authorOf, invalid, updateMask } from './request-facts.ts';
import { doneAtOnce, runChange } from './run-change.ts';

/** Recorded and shown; only Google's own platform acts on them. */
const recorded = [
  ...['authDomain', 'databaseType', 'defaultCookieExpiration', 'featureSettings', 'generatedCustomerMetadata', 'iap'],
  ...['serviceAccount', 'sslPolicy'],
] as const;

const text = z.string().max(1024);
const newApplication = z.looseObject({ id: text, locationId: text.optional(), serviceAccount: text.optional() });
const applicationPatch = z.looseObject({
  dispatchRules: z
    .array(z.looseObject({ domain: z.string().max(256).default('*'), path: text, service: z.string().max(63) }))
    .max(20)
    .optional(),
});

export function applicationRoutes(parts: AdminParts, app: string): readonly Route[] {
  const show = (request: RouteRequest) => applicationShown(parts, viewOf(parts, applicationOf(request)));
  return [
    {
      method: 'POST',
      pattern: `${app}:repair`,
      access: deploys('repair'),
      handler: (request) => {
        const application = show(request);
        // The buckets are always there; nothing can be missing.
        const response = { type: 'Application', resource: application } as const;
        return doneAtOnce(parts, request, { method: 'Applications.RepairApplication', target: '', response });
      },
    },
    { method: 'GET', pattern: app, access: views, handler: show },
    {
      method: 'PATCH',
      pattern: app,
      access: deploys('change application'),
      handler: (request) => patchApplication(parts, request),
    },
  ];
}

/** `POST /v1/apps` */
export async function createApplication(parts: AdminParts, request: RouteRequest): Promise<unknown> {
  const body = await readJson(request.message, newApplication);
  const { id, locationId } = body;
  request.caller.require('deployer', id);
  const answer = await runChange(parts, request, {
    kind: 'create',
    request: { application: id, ...authorOf(request) },
  });
  const attributes = Object.fromEntries(recorded.filter((name) => name in body).map((name) => [name, body[name]]));
  const all = { ...attributes, ...(locationId === undefined ? {} : { locationId }) };
  if (Object.keys(all).length > 0) parts.resources.put({ application: id, kind: 'application', id: '' }, all);
  return answer;
}

async function patchApplication(parts: AdminParts, request: RouteRequest): Promise<unknown> {
  const application = applicationOf(request);
  requireApplication(parts, application);
  const mask = updateMask(request, ['dispatchRules', ...recorded.map((name) => `${name}.*`)]);
  const body = await readJson(request.message, applicationPatch);
  const names = [...new Set(mask.map((field) => field.split('.')[0] ?? ''))].filter((name) => name !== 'dispatchRules');
  if (names.length > 0) record(parts, application, names, body);
  if (mask.includes('dispatchRules')) {
    const settings = { dispatch: (body.dispatchRules ?? []).map(dispatchRule) };
    return runChange(parts, request, { kind: 'settings', request: { application, settings, ...authorOf(request) } });
  }
  const resource = applicationShown(parts, viewOf(parts, application));
  return doneAtOnce(parts, request, {
    method: 'Applications.UpdateApplication',
    target: '',
    warnings: names.map((name) => `${name} is recorded; this platform does not act on it.`),
    response: { type: 'Application', resource },
  });
}

function record(
  parts: AdminParts,
  application: string,
  names: readonly string[],
  body: Readonly<Record<string, unknown>>,
): void {
  const attributes: Record<string, unknown> = { ...attributesOf(parts, application) };
  for (const name of names) {
    const value = body[name];
    if (value === undefined || value === null) delete attributes[name];
    else attributes[name] = isObject(value) ? { ...asObject(attributes[name]), ...value } : value;
  }
  parts.resources.put({ application, kind: 'application', id: '' }, attributes);
}

function dispatchRule(rule: {
  readonly domain: string;
  readonly path: string;
  readonly service: string;
}): DispatchRule {
  const { domain, path, service } = rule;
  if (!path.startsWith('/')) throw invalid('dispatchRules.path', 'must begin with /');
  if (domain.length + path.length > 100)
    throw invalid('dispatchRules', 'domain and path together are over 100 characters');
  return { url: `${domain || '*'}${path}`, module: service };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asObject(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}
