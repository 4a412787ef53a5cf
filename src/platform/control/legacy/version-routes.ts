/** Versions and modules, for the original appcfg: list, delete, make default, start, stop, download. */

import { AppcfgError, type ErrorBody, failure } from '../../../errors.ts';
import { allTrafficTo, defaultVersionOf } from '../../../model/traffic.ts';
import { deploys, views } from '../../access/route-access.ts';
import type { ChangeRequest } from '../../application-changes.ts';
import { requireApplication, requireVersion } from '../../changes.ts';
import { liveModule, moduleNames } from '../../live-state.ts';
import { authorOf } from '../admin/request-facts.ts';
import type { Route, RouteRequest } from '../route-table.ts';
import type { LegacyParts } from './legacy-parts.ts';
import {
  applicationOf,
  callerOf,
  type LegacyRoutesOptions,
  legacyRoute,
  moduleOf,
  parameter,
} from './legacy-request.ts';

const SETTLE_MS = 60_000;

export function versionRoutes(parts: LegacyParts, options: LegacyRoutesOptions): readonly Route[] {
  return [
    ...legacyRoute('versions/list', (request) => listVersions(parts, request), views, options),
    ...legacyRoute('versions/delete', (request) => deleteVersion(parts, request), deploys('delete version'), options),
    ...legacyRoute(
      'appversion/setdefault',
      (request) => setDefault(parts, request, modulesOf(request)),
      deploys('traffic'),
      options,
    ),
    ...legacyRoute(
      'appversion/migratetraffic',
      (request) => setDefault(parts, request, ['default']),
      deploys('traffic'),
      options,
    ),
    ...legacyRoute('modules/start', (request) => setServing(parts, request, 'start'), deploys('start'), options),
    ...legacyRoute('modules/stop', (request) => setServing(parts, request, 'stop'), deploys('stop'), options),
    ...legacyRoute('files/list', (request) => listFiles(parts, request), views, options),
    ...legacyRoute('files/get', (request) => getFile(parts, request), views, options),
  ];
}

/** A map of modules to versions, the default version first. */
function listVersions(parts: LegacyParts, request: RouteRequest): string {
  const { live } = requireApplication(parts, applicationOf(request));
  const lines = moduleNames(live).flatMap((name) => {
    const module = liveModule(live, name);
    const ids = Object.keys(module?.versions ?? {}).sort();
    const first = module && defaultVersionOf(module.split);
    const ordered = first === undefined ? ids : [first, ...ids.filter((id) => id !== first)];
    return [`${yamlWord(name)}:`, ...ordered.map((id) => `- ${yamlWord(id)}`)];
  });
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

async function deleteVersion(parts: LegacyParts, request: RouteRequest): Promise<string> {
  const name = {
    application: applicationOf(request),
    module: moduleOf(request),
    version: parameter(request, 'version_match'),
  };
  await finish(parts, { kind: 'delete', request: { ...name, ...author(request) } });
  return `Deleted version ${name.version} of module ${name.module}.\n`;
}

async function setDefault(parts: LegacyParts, request: RouteRequest, modules: readonly string[]): Promise<string> {
  const application = applicationOf(request);
  const version = parameter(request, 'version');
  for (const module of modules) requireVersion(parts, { application, module, version });
  const splits = Object.fromEntries(modules.map((module) => [module, allTrafficTo(version)]));
  await finish(parts, { kind: 'traffic', request: { application, splits, ...author(request) } });
  return '';
}

async function setServing(parts: LegacyParts, request: RouteRequest, kind: 'start' | 'stop'): Promise<string> {
  const name = {
    application: applicationOf(request),
    module: moduleOf(request),
    version: parameter(request, 'version'),
  };
  await finish(parts, { kind, request: { ...name, ...author(request) } });
  return `Successfully ${kind === 'start' ? 'started' : 'stopped'} version ${name.version} of module ${name.module}.`;
}

/** First the full version, then a line for each file. */
function listFiles(parts: LegacyParts, request: RouteRequest): string {
  const application = applicationOf(request);
  const module = moduleOf(request);
  const { live } = requireApplication(parts, application);
  const asked = request.query.get('version_match') || undefined;
  const split = liveModule(live, module)?.split;
  const version = asked?.split('.')[0] ?? (split && defaultVersionOf(split)) ?? '';
  const { record } = requireVersion(parts, { application, module, version });
  const files = parts.desired.manifest(record.manifestDigest)?.files ?? [];
  const lines = files.map(({ path, size }, index) => `${index + 1}|${size}|${path}`);
  return `${[`${version}.${record.id}`, ...lines].join('\n')}\n`;
}

function getFile(parts: LegacyParts, request: RouteRequest): Uint8Array {
  const application = applicationOf(request);
  const [version = '', minor = ''] = parameter(request, 'version').split('.');
  const record = parts.desired.deployment(minor);
  const isNamed = record?.application === application && record.version === version;
  const files = record && isNamed ? (parts.desired.manifest(record.manifestDigest)?.files ?? []) : [];
  const file = files[Number(parameter(request, 'id')) - 1];
  if (!record || !isNamed || !file) {
    const path = `with the id ${parameter(request, 'id').slice(0, 20)}`;
    throw failure('file.not-found', { module: record?.module ?? '', version, path });
  }
  return parts.blobs.read(file.digest);
}

async function finish(parts: LegacyParts, change: ChangeRequest): Promise<void> {
  const { id } = parts.changes.submit(change);
  const { error } = await parts.operations.finished(id, SETTLE_MS);
  if (error) throw new AppcfgError(error as ErrorBody);
}

function author(request: RouteRequest) {
  return { ...authorOf(request), createdBy: callerOf(request) };
}

/** The parameter may be repeated, and empty. */
function modulesOf({ query }: RouteRequest): readonly string[] {
  const named = query.getAll('module').map((name) => name || 'default');
  return named.length === 0 ? ['default'] : [...new Set(named)];
}

/** Names that a reader of YAML could take for something else are quoted. */
function yamlWord(name: string): string {
  return /^[a-z][a-z\d-]*$/.test(name) && !/^(?:y|n|yes|no|on|off|true|false|null)$/.test(name) ? name : `'${name}'`;
}
