/** Settings files of the original appcfg: cron, queues, dispatch, dos, indexes. */

import { printSettings } from '../../../config/settings/print-settings.ts';
import { parseSettingsFile, settingsFiles } from '../../../config/settings/settings-file.ts';
import { failure } from '../../../errors.ts';
import { hasErrors } from '../../../model/diagnostic.ts';
import { emptySettings, type IndexDefinition, type Settings, type SettingsKind } from '../../../model/settings.ts';
import { digestOfValue } from '../../../support/digest.ts';
import { deploys, views } from '../../access/route-access.ts';
import type { Route, RouteRequest } from '../route-table.ts';
import type { LegacyParts } from './legacy-parts.ts';
import { applicationOf, bodyText, type LegacyRoutesOptions, legacyRoute, refusal } from './legacy-request.ts';

export function settingsRoutes(parts: LegacyParts, options: LegacyRoutesOptions): readonly Route[] {
  const update = (path: string, kind: SettingsKind) =>
    legacyRoute(`${path}/update`, (request) => replaceSettings(parts, request, kind), deploys('settings'), options);
  return [
    ...update('cron', 'cron'),
    ...update('queue', 'queues'),
    ...update('dispatch', 'dispatch'),
    ...update('dos', 'dos'),
    ...legacyRoute('datastore/index/add', (request) => addIndexes(parts, request), deploys('add indexes'), options),
    ...legacyRoute('datastore/index/diff', (request) => diffIndexes(parts, request), views, options),
    ...legacyRoute(
      'datastore/index/delete',
      (request) => deleteIndexes(parts, request),
      deploys('delete indexes'),
      options,
    ),
  ];
}

async function replaceSettings(parts: LegacyParts, request: RouteRequest, kind: SettingsKind): Promise<string> {
  const value = await readSettings(request, kind);
  await parts.turns.change(applicationOf(request), request, () => ({ [kind]: value }));
  return '';
}

/** Only ever adds: indexes go by `delete`. */
async function addIndexes(parts: LegacyParts, request: RouteRequest): Promise<string> {
  const wanted = await readSettings(request, 'indexes');
  await parts.turns.change(applicationOf(request), request, ({ indexes }) => {
    const added = without(wanted, indexes);
    return added.length === 0 ? undefined : { indexes: [...indexes, ...added] };
  });
  return '';
}

/** Two documents: what only the file has, and what only the platform has. */
async function diffIndexes(parts: LegacyParts, request: RouteRequest): Promise<string> {
  const file = await readSettings(request, 'indexes');
  const { indexes } = parts.turns.settings(applicationOf(request));
  return [without(file, indexes), without(indexes, file)].map((some) => printSettings('indexes', some)).join('---\n');
}

/** Answers those that are not deleted: none, as all that exist can be, and the others are gone already. */
async function deleteIndexes(parts: LegacyParts, request: RouteRequest): Promise<string> {
  const unwanted = await readSettings(request, 'indexes');
  await parts.turns.change(applicationOf(request), request, ({ indexes }) => ({ indexes: without(indexes, unwanted) }));
  return printSettings('indexes', []);
}

function without(indexes: readonly IndexDefinition[], others: readonly IndexDefinition[]): readonly IndexDefinition[] {
  const known = new Set(others.map(digestOfValue));
  return indexes.filter((index) => !known.has(digestOfValue(index)));
}

async function readSettings<K extends SettingsKind>(request: RouteRequest, kind: K): Promise<Settings[K]> {
  const { baseName } = settingsFiles[kind];
  const { value, application, diagnostics } = parseSettingsFile(kind, await bodyText(request), `${baseName}.yaml`);
  if (hasErrors(diagnostics)) {
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    throw failure('api.bad-settings', { what: baseName, problem: errors[0]?.message ?? '', diagnostics: errors });
  }
  if (application !== undefined && application !== applicationOf(request)) {
    throw refusal(`The file is for application ${application}, the request for ${applicationOf(request)}`);
  }
  return value ?? emptySettings[kind];
}
