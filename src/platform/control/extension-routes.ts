/** The routes under `/appcfg/v1/`. */
import { randomUUID } from 'node:crypto';
import { failure } from '../../errors.ts';
import { type SettingsKind, settingsKinds } from '../../model/settings.ts';
import { type CollectionReport, type PlatformInfo, paths, type UsageAnswer } from '../../protocol/extension.ts';
import type { ApplicationChanges } from '../application-changes.ts';
import { applicationView } from '../application-view.ts';
import { requireApplication, requireVersion } from '../changes.ts';
import type { CollectionWish } from '../collector.ts';
import type { DesiredState } from '../desired-state.ts';
import type { LogStore } from '../logs/log-store.ts';
import type { Operations } from '../operations.ts';
import type { Engine } from '../serving/engine.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { DailyUsage } from '../usage/daily-usage.ts';
import { receiveBlobs } from './blob-upload.ts';
import { readJson } from './json-body.ts';
import { answerLogs } from './log-route.ts';
import { type MonitoringParts, monitoringRoutes } from './monitoring-routes.ts';
import type { Route, RouteRequest } from './route-table.ts';
import { type ScheduledParts, scheduledRoutes } from './scheduled-routes.ts';
import {
  authorSchema,
  collectSchema,
  digestsSchema,
  releaseRequestSchema,
  rollbackSchema,
  settingsSchema,
  trafficSchema,
  versionChangeSchema,
} from './schemas.ts';
import { type SecretParts, secretRoutes } from './secret-routes.ts';
import { type UsageParts, usageRoutes } from './usage-routes.ts';

export interface ControlParts extends ScheduledParts, SecretParts, UsageParts, MonitoringParts {
  readonly desired: DesiredState;
  readonly changes: ApplicationChanges;
  readonly operations: Operations;
  readonly engine: Engine;
  readonly blobs: BlobStore;
  readonly logs: LogStore;
  readonly usage: Pick<DailyUsage, 'traffic'>;
  readonly info: () => PlatformInfo;
  readonly defaultHostname: (application: string) => string;
  /** Told which blobs a client now counts on, so that collection leaves them alone. */
  readonly onBlobsPromised: (digests: Iterable<string>) => void;
  /** Files of it are lost or changed on disk. */
  readonly isDamaged: (deploymentId: string) => boolean;
  /** @throws AppcfgError `collection.busy` */
  readonly collect: (wish: CollectionWish) => Promise<CollectionReport>;
  readonly shutdown: () => void;
}

const MAX_WAIT_MS = 30_000;

export function extensionRoutes(parts: ControlParts): readonly Route[] {
  return [
    ...platformRoutes(parts),
    ...fileRoutes(parts),
    ...changeRoutes(parts),
    ...viewRoutes(parts),
    ...scheduledRoutes(parts),
    ...usageRoutes(parts),
    ...secretRoutes(parts),
    ...monitoringRoutes(parts),
  ];
}

function platformRoutes(parts: ControlParts): readonly Route[] {
  return [
    { method: 'GET', pattern: paths.platform, handler: () => parts.info() },
    {
      method: 'POST',
      pattern: paths.shutdown,
      handler: ({ response }) => {
        response.once('finish', () => parts.shutdown());
        return {};
      },
    },
    {
      method: 'POST',
      pattern: paths.collect,
      handler: async ({ message }) => parts.collect(await readJson(message, collectSchema)),
    },
    {
      method: 'GET',
      pattern: paths.applications,
      handler: () => ({ applications: parts.desired.applications().map(({ id }) => id) }),
    },
  ];
}

function fileRoutes(parts: ControlParts): readonly Route[] {
  return [
    {
      method: 'POST',
      pattern: pattern(paths.missingBlobs),
      handler: async ({ message }) => {
        const { digests } = await readJson(message, digestsSchema);
        const asked = new Set(digests);
        const missing = parts.blobs.missing([...asked]);
        for (const digest of missing) asked.delete(digest);
        parts.onBlobsPromised(asked);
        return { missing };
      },
    },
    { method: 'POST', pattern: pattern(paths.blobs), handler: ({ message }) => receiveBlobs(message, parts.blobs) },
    {
      method: 'GET',
      pattern: pattern(paths.files),
      handler: ({ parameters }) => {
        const { record } = requireVersion(parts, named(parameters));
        const files = parts.desired.manifest(record.manifestDigest)?.files ?? [];
        return { files: files.map(({ path, size, digest }) => ({ path, size, digest })) };
      },
    },
    {
      method: 'GET',
      pattern: `${pattern(paths.files)}/:digest`,
      handler: ({ parameters, response }) => {
        const { record } = requireVersion(parts, named(parameters));
        const files = parts.desired.manifest(record.manifestDigest)?.files ?? [];
        // Only what this version is made of: a token for one application is no key to another's blobs.
        const file = files.find((candidate) => candidate.digest === parameters.digest);
        if (!file) throw failure('control.no-route', { request: `file ${parameters.digest}` });
        const content = parts.blobs.read(file.digest);
        response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': content.length });
        response.end(content);
        return undefined;
      },
    },
  ];
}

function changeRoutes(parts: ControlParts): readonly Route[] {
  const version = pattern(paths.version);
  return [
    {
      method: 'POST',
      pattern: pattern(paths.releases),
      handler: async ({ message, parameters }) => {
        const request = await readJson(message, releaseRequestSchema);
        return parts.changes.submit({ kind: 'release', request: { ...request, application: parameters.app ?? '' } });
      },
    },
    {
      method: 'POST',
      pattern: pattern(paths.rollback),
      handler: async ({ message, parameters }) => {
        const request = await readJson(message, rollbackSchema);
        return parts.changes.submit({ kind: 'rollback', request: { ...request, application: parameters.app ?? '' } });
      },
    },
    {
      method: 'POST',
      pattern: pattern(paths.traffic),
      handler: async ({ message, parameters }) => {
        const request = await readJson(message, trafficSchema);
        return parts.changes.submit({ kind: 'traffic', request: { ...request, application: parameters.app ?? '' } });
      },
    },
    { method: 'POST', pattern: version, handler: (request) => changeVersion(parts, request) },
    {
      method: 'DELETE',
      pattern: version,
      handler: async ({ message, parameters }) => {
        const author = await readJson(message, authorSchema);
        return parts.changes.submit({ kind: 'delete', request: { ...named(parameters), ...author } });
      },
    },
    { method: 'PUT', pattern: settingsPattern, handler: (request) => putSettings(parts, request) },
    {
      method: 'DELETE',
      pattern: pattern(paths.instance),
      handler: async ({ parameters }) => {
        const { value } = requireVersion(parts, named(parameters));
        await parts.engine.stopInstance(value.deploymentId, parameters.instance ?? '');
        return {};
      },
    },
  ];
}

function viewRoutes(parts: ControlParts): readonly Route[] {
  return [
    {
      method: 'GET',
      pattern: pattern(paths.application),
      handler: ({ parameters }) => {
        const record = requireApplication(parts, parameters.app ?? '');
        const view = applicationView(record, {
          deployments: parts.desired.deployments(record.id),
          defaultHostname: parts.defaultHostname(record.id),
          isDamaged: parts.isDamaged,
          released: parts.desired.stateAsReleased(record),
        });
        return { ...view, profile: parts.profiles.of(record.id) };
      },
    },
    {
      method: 'GET',
      pattern: pattern(paths.releases),
      handler: ({ parameters }) => ({
        releases: parts.desired.releases(requireApplication(parts, parameters.app ?? '').id),
      }),
    },
    {
      method: 'GET',
      pattern: pattern(paths.instances),
      handler: ({ parameters }) => ({
        instances: parts.engine.instances(requireApplication(parts, parameters.app ?? '').id),
      }),
    },
    {
      method: 'GET',
      pattern: pattern(paths.usage),
      handler: ({ parameters }): UsageAnswer => ({
        traffic: parts.usage.traffic(requireApplication(parts, parameters.app ?? '').id),
      }),
    },
    {
      method: 'GET',
      pattern: pattern(paths.operations),
      handler: ({ parameters }) => ({ operations: parts.operations.list(parameters.app ?? '') }),
    },
    { method: 'GET', pattern: pattern(paths.operation), handler: (request) => watchOperation(parts, request) },
    { method: 'GET', pattern: pattern(paths.logs), handler: (request) => answerLogs(parts.logs, request) },
  ];
}

async function changeVersion(parts: ControlParts, { message, parameters }: RouteRequest): Promise<unknown> {
  const { status, instances, ...author } = await readJson(message, versionChangeSchema);
  const name = named(parameters);
  if (instances !== undefined)
    return parts.changes.submit({ kind: 'scale', request: { ...name, instances, ...author } });
  if (status === undefined) {
    throw failure('control.bad-request', {
      request: `${message.method} ${message.url}`,
      reason: 'it names neither status nor instances',
    });
  }
  return parts.changes.submit({ kind: status === 'serving' ? 'start' : 'stop', request: { ...name, ...author } });
}

async function putSettings(parts: ControlParts, { message, parameters }: RouteRequest): Promise<unknown> {
  const kind = parameters.kind as SettingsKind;
  if (!settingsKinds.includes(kind)) throw failure('control.no-route', { request: `${message.method} ${message.url}` });
  const settings = await readJson(message, settingsSchema(kind));
  const author = {
    requestId: header(message.headers['x-appcfg-request-id']) ?? randomUUID(),
    createdBy: header(message.headers['x-appcfg-user']) ?? '',
  };
  return parts.changes.submit({
    kind: 'settings',
    request: { application: parameters.app ?? '', settings, ...author },
  });
}

async function watchOperation(parts: ControlParts, { parameters, query }: RouteRequest): Promise<unknown> {
  const after = Math.max(0, Number(query.get('after') ?? 0) || 0);
  const waitMs = Math.min(MAX_WAIT_MS, Math.max(0, Number(query.get('waitMs') ?? 0) || 0));
  const operation = await parts.operations.watch(parameters.operation ?? '', after, waitMs);
  if (operation.application !== parameters.app)
    throw failure('operation.not-found', { operation: parameters.operation ?? '' });
  return { ...operation, events: operation.events.slice(after) };
}

/** The path functions called with `:x` parts give the patterns, so that a path is written once. */
function pattern(path: (...names: string[]) => string): string {
  return path(':app', ':module', ':version', ':instance')
    .replaceAll('%3A', ':')
    .replace('/operations/:module', '/operations/:operation');
}

const settingsPattern = paths.settings('KEEP', 'dispatch').replace('KEEP', ':app').replace('/dispatch', '/:kind');

function named(parameters: Readonly<Record<string, string>>) {
  return { application: parameters.app ?? '', module: parameters.module ?? '', version: parameters.version ?? '' };
}

function header(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' && value.length <= 256 ? value : undefined;
}
