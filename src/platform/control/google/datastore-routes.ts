/** Datastore's index administration: the index definitions of an application. They are recorded; all are ready at once. */

import { z } from 'zod';
import type { IndexDefinition } from '../../../model/settings.ts';
import { enumValue, indexAncestors, indexDirections } from '../../../protocol/admin/enums.ts';
import { digestOfValue } from '../../../support/digest.ts';
import { deploys, views } from '../../access/route-access.ts';
import type { AdminParts } from '../admin/admin-parts.ts';
import { page } from '../admin/page.ts';
import { applicationOf, authorOf, notFound } from '../admin/request-facts.ts';
import { readJson } from '../json-body.ts';
import type { Route, RouteRequest } from '../route-table.ts';
import { checkedSettings } from './checked-settings.ts';
import type { SettingsTurns } from './settings-turns.ts';

const member = z.union([z.string(), z.number()]);
const indexShape = z.looseObject({
  kind: z.string().max(1500),
  ancestor: member.optional(),
  properties: z
    .array(z.looseObject({ name: z.string().max(1500), direction: member.optional() }))
    .max(100)
    .default([]),
});

export function datastoreRoutes(parts: AdminParts, turns: SettingsTurns): readonly Route[] {
  const indexes = '/v1/projects/:app/indexes';
  return [
    {
      method: 'GET',
      pattern: indexes,
      access: views,
      handler: (request) => {
        const all = turns.settings(applicationOf(request)).indexes;
        return page(
          'indexes',
          all.map((index) => shown(request, index)),
          request.query,
        );
      },
    },
    {
      method: 'POST',
      pattern: indexes,
      access: deploys('create index'),
      handler: (request) => createIndex(parts, turns, request),
    },
    {
      method: 'GET',
      pattern: `${indexes}/:index`,
      access: views,
      handler: (request) => shown(request, requireIndex(turns, request)),
    },
    {
      method: 'DELETE',
      pattern: `${indexes}/:index`,
      access: deploys('delete index'),
      handler: (request) => deleteIndex(parts, turns, request),
    },
  ];
}

async function createIndex(parts: AdminParts, turns: SettingsTurns, request: RouteRequest): Promise<unknown> {
  const body = await readJson(request.message, indexShape);
  const index: IndexDefinition = {
    kind: body.kind,
    ancestor: enumValue(indexAncestors, body.ancestor) === 'ALL_ANCESTORS',
    properties: body.properties.map(({ name, direction }) => ({
      name,
      direction: enumValue(indexDirections, direction) === 'DESCENDING' ? 'desc' : 'asc',
    })),
  };
  await turns.change(applicationOf(request), request, ({ indexes }) => {
    if (indexes.some((known) => idOf(known) === idOf(index))) return undefined;
    return { indexes: checkedSettings('indexes', [...indexes, index]) };
  });
  return done(parts, request, 'CREATE_INDEX', index);
}

async function deleteIndex(parts: AdminParts, turns: SettingsTurns, request: RouteRequest): Promise<unknown> {
  const index = requireIndex(turns, request);
  await turns.change(applicationOf(request), request, ({ indexes }) => ({
    indexes: indexes.filter((known) => idOf(known) !== idOf(index)),
  }));
  return done(parts, request, 'DELETE_INDEX', index);
}

function requireIndex(turns: SettingsTurns, request: RouteRequest): IndexDefinition {
  const id = request.parameters.index ?? '';
  const found = turns.settings(applicationOf(request)).indexes.find((index) => idOf(index) === id);
  if (!found) throw notFound('index', id);
  return found;
}

function idOf(index: IndexDefinition): string {
  const properties = index.properties.map(({ name, direction = 'asc' }) => ({ name, direction }));
  return digestOfValue({ kind: index.kind, ancestor: index.ancestor, properties }).slice(0, 20);
}

function shown(request: RouteRequest, index: IndexDefinition) {
  return {
    projectId: applicationOf(request),
    indexId: idOf(index),
    kind: index.kind,
    ancestor: index.ancestor ? 'ALL_ANCESTORS' : 'NONE',
    properties: index.properties.map(({ name, direction }) => ({
      name,
      direction: direction === 'desc' ? 'DESCENDING' : 'ASCENDING',
    })),
    state: 'READY',
  };
}

function done(parts: AdminParts, request: RouteRequest, type: string, index: IndexDefinition) {
  const time = new Date(parts.clock.now()).toISOString();
  return {
    name: `projects/${applicationOf(request)}/operations/${authorOf(request).requestId}`,
    metadata: {
      '@type': 'type.googleapis.com/google.datastore.admin.v1.IndexOperationMetadata',
      common: { startTime: time, endTime: time, operationType: type, state: 'SUCCESSFUL' },
      indexId: idOf(index),
    },
    done: true,
    response: { '@type': 'type.googleapis.com/google.datastore.admin.v1.Index', ...shown(request, index) },
  };
}
