/** Versions: list, look, deploy, change, delete. */

import type { Version } from '../../../model/application.ts';
import { enumValue, versionViews } from '../../../protocol/admin/enums.ts';
import { type VersionView, versionResource } from '../../../protocol/admin/version-resource.ts';
import { versionShape } from '../../../protocol/admin/version-shape.ts';
import { deploys, prepares, views } from '../../access/route-access.ts';
import { readJson } from '../json-body.ts';
import type { Route, RouteRequest } from '../route-table.ts';
import type { AdminParts } from './admin-parts.ts';
import { moduleOf, versionOf } from './lookup.ts';
import { page } from './page.ts';
import { applicationOf, authorOf, refused, targetOf } from './request-facts.ts';
import { runChange } from './run-change.ts';
import { newVersionRequest } from './version-create.ts';
import { patchVersion } from './version-patch.ts';

export function versionRoutes(parts: AdminParts, app: string): readonly Route[] {
  const versions = `${app}/services/:service/versions`;
  const version = `${versions}/:version`;
  return [
    {
      method: 'GET',
      pattern: versions,
      access: views,
      handler: (request) => {
        const module = moduleOf(parts, request);
        const show = (found: Version) => versionResource(applicationOf(request), module, found, viewParameter(request));
        return page('versions', module.versions.map(show), request.query);
      },
    },
    {
      method: 'POST',
      pattern: versions,
      access: deploys('release'),
      handler: (request) => createVersion(parts, request),
    },
    {
      method: 'POST',
      pattern: `${version}:exportAppImage`,
      access: prepares,
      handler: (request) => {
        versionOf(parts, request);
        throw refused('This platform runs versions from their files and has no container image to export');
      },
    },
    {
      method: 'GET',
      pattern: version,
      access: views,
      handler: (request) => {
        const { module, version: found } = versionOf(parts, request);
        return versionResource(applicationOf(request), module, found, viewParameter(request));
      },
    },
    {
      method: 'PATCH',
      pattern: version,
      access: deploys('change version'),
      handler: (request) => patchVersion(parts, request),
    },
    {
      method: 'DELETE',
      pattern: version,
      access: deploys('delete version'),
      handler: (request) => {
        versionOf(parts, request);
        return runChange(parts, request, { kind: 'delete', request: { ...targetOf(request), ...authorOf(request) } });
      },
    },
  ];
}

async function createVersion(parts: AdminParts, request: RouteRequest): Promise<unknown> {
  const version = await readJson(request.message, versionShape);
  const release = await newVersionRequest(parts, request, version);
  return runChange(parts, request, { kind: 'release', request: release });
}

function viewParameter({ query }: RouteRequest): VersionView {
  return enumValue(versionViews, query.get('view')) ?? 'BASIC';
}
