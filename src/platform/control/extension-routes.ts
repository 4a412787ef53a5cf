/** The routes under `/appcfg/v1/`. */
import { randomUUID } from 'node:crypto';
import { failure } from '../../errors.ts';
import { type SettingsKind, settingsKinds } from '../../model/settings.ts';
import { type CollectionReport, type PlatformInfo, paths } from '../../protocol/extension.ts';
import type { Caller } from '../access/caller.ts';
import { administers, deploys, signedIn, views } from '../access/route-access.ts';
import type { ApplicationChanges } from '../application-changes.ts';
import { applicationView } from '../application-view.ts';
import { requireApplication, requireVersion } from '../changes.ts';
import type { CollectionWish } from '../collector.ts';
import type { LogStore } from '../logs/log-store.ts';
import type { Operations } from '../operations.ts';
import type { Engine } from '../serving/engine.ts';
import { type FileParts, fileRoutes } from './file-routes.ts';
import { readJson } from './json-body.ts';
import { type LockParts, lockOf, lockRoutes } from './lock-routes.ts';
import { answerLogs } from './log-route.ts';
import { type MetricsRouteParts, metricsRoute } from './metrics-route.ts';
import { type MonitoringParts, monitoringRoutes } from './monitoring-routes.ts';
import { pinRoutes } from './pin-routes.ts';
import type { Route, RouteRequest } from './route-table.ts';
import { type ScheduledParts, scheduledRoutes } from './scheduled-routes.ts';
import {
  authorSchema,
  collectSchema,
  releaseRequestSchema,
  rollbackSchema,
  settingsSchema,
  trafficSchema,
  versionChangeSchema,
} from './schemas.ts';
import { type SecretParts, secretRoutes } from './secret-routes.ts';
import { type UsageParts, usageRoutes } from './usage-routes.ts';

export interface ControlParts
  extends ScheduledParts,
    FileParts,
    SecretParts,
    UsageParts,
    MetricsRouteParts,
    MonitoringParts,
    LockParts {
  readonly changes: ApplicationChanges;
  readonly operations: Operations;
  readonly engine: Engine;
  readonly logs: LogStore;
  readonly info: () => PlatformInfo;
  readonly defaultHostname: (application: string) => string;
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
    metricsRoute(parts),
    ...secretRoutes(parts),
    ...[monitoringRoutes, lockRoutes, pinRoutes].flatMap((routes) => routes(parts)),
  ];
}

function platformRoutes(parts: ControlParts): readonly Route[] {
  return [
    {
      method: 'GET',
      pattern: paths.platform,
      access: signedIn,
      handler: ({ caller }) => {
        const info = parts.info();
        return { ...info, applications: info.applications.filter((id) => caller.may('viewer', id)) };
      },
    },
    {
      method: 'POST',
      pattern: paths.shutdown,
      access: administers('stop platform'),
      handler: ({ response }) => {
        response.once('finish', () => parts.shutdown());
        return {};
      },
    },
    {
      method: 'POST',
      pattern: paths.collect,
      access: administers('collect'),
      handler: async ({ message }) => parts.collect(await readJson(message, collectSchema)),
    },
    {
      method: 'GET',
      pattern: paths.applications,
      access: signedIn,
      handler: ({ caller }) => ({
        applications: parts.desired
          .applications()
          .map(({ id }) => id)
          .filter((id) => caller.may('viewer', id)),
      }),
    },
  ];
}

function changeRoutes(parts: ControlParts): readonly Route[] {
  const version = pattern(paths.version);
  return [
    {
      method: 'POST',
      pattern: pattern(paths.releases),
      access: deploys('release'),
      handler: async ({ message, parameters, caller }) => {
        const request = signed(caller, await readJson(message, releaseRequestSchema));
        return parts.changes.submit(
          { kind: 'release', request: { ...request, application: parameters.app ?? '' } },
          lockOf(message),
        );
      },
    },
    {
      method: 'POST',
      pattern: pattern(paths.rollback),
      access: deploys('rollback'),
      handler: async ({ message, parameters, caller }) => {
        const request = signed(caller, await readJson(message, rollbackSchema));
        return parts.changes.submit(
          { kind: 'rollback', request: { ...request, application: parameters.app ?? '' } },
          lockOf(message),
        );
      },
    },
    {
      method: 'POST',
      pattern: pattern(paths.traffic),
      access: deploys('traffic'),
      handler: async ({ message, parameters, caller }) => {
        const request = signed(caller, await readJson(message, trafficSchema));
        return parts.changes.submit(
          { kind: 'traffic', request: { ...request, application: parameters.app ?? '' } },
          lockOf(message),
        );
      },
    },
    {
      method: 'POST',
      pattern: version,
      access: deploys('change version'),
      handler: (request) => changeVersion(parts, request),
    },
    {
      method: 'DELETE',
      pattern: version,
      access: deploys('delete'),
      handler: async ({ message, parameters, caller }) => {
        const author = signed(caller, await readJson(message, authorSchema));
        return parts.changes.submit({ kind: 'delete', request: { ...named(parameters), ...author } }, lockOf(message));
      },
    },
    {
      method: 'PUT',
      pattern: settingsPattern,
      access: deploys('settings'),
      handler: (request) => putSettings(parts, request),
    },
    {
      method: 'DELETE',
      pattern: pattern(paths.instance),
      access: deploys('stop instance'),
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
      access: views,
      handler: ({ parameters }) => {
        const record = requireApplication(parts, parameters.app ?? '');
        const view = applicationView(record, {
          deployments: parts.desired.deployments(record.id),
          defaultHostname: parts.defaultHostname(record.id),
          isDamaged: parts.isDamaged,
          released: parts.desired.stateAsReleased(record),
        });
        const lock = parts.locks.of(record.id);
        return { ...view, profile: parts.usage.profiles.of(record.id), ...(lock === undefined ? {} : { lock }) };
      },
    },
    {
      method: 'GET',
      pattern: pattern(paths.releases),
      access: views,
      handler: ({ parameters }) => ({
        releases: parts.desired.releases(requireApplication(parts, parameters.app ?? '').id),
      }),
    },
    {
      method: 'GET',
      pattern: pattern(paths.instances),
      access: views,
      handler: ({ parameters }) => ({
        instances: parts.engine.instances(requireApplication(parts, parameters.app ?? '').id),
      }),
    },
    {
      method: 'GET',
      pattern: pattern(paths.operations),
      access: views,
      handler: ({ parameters }) => ({ operations: parts.operations.list(parameters.app ?? '') }),
    },
    {
      method: 'GET',
      pattern: pattern(paths.operation),
      access: views,
      handler: (request) => watchOperation(parts, request),
    },
    {
      method: 'GET',
      pattern: pattern(paths.logs),
      access: views,
      handler: (request) => answerLogs(parts.logs, request),
    },
  ];
}

/** Who it says it is, is believed of the platform's own user only. */
function signed<T extends { readonly createdBy: string }>(caller: Caller, request: T): T {
  return { ...request, createdBy: caller.author(request.createdBy) };
}

async function changeVersion(parts: ControlParts, { message, parameters, caller }: RouteRequest): Promise<unknown> {
  const { status, instances, ...author } = signed(caller, await readJson(message, versionChangeSchema));
  const name = named(parameters);
  if (instances !== undefined)
    return parts.changes.submit({ kind: 'scale', request: { ...name, instances, ...author } }, lockOf(message));
  if (status === undefined) {
    throw failure('control.bad-request', {
      request: `${message.method} ${message.url}`,
      reason: 'it names neither status nor instances',
    });
  }
  return parts.changes.submit(
    { kind: status === 'serving' ? 'start' : 'stop', request: { ...name, ...author } },
    lockOf(message),
  );
}

async function putSettings(parts: ControlParts, { message, parameters, caller }: RouteRequest): Promise<unknown> {
  const kind = parameters.kind as SettingsKind;
  if (!settingsKinds.includes(kind)) throw failure('control.no-route', { request: `${message.method} ${message.url}` });
  const settings = await readJson(message, settingsSchema(kind));
  const author = {
    requestId: header(message.headers['x-appcfg-request-id']) ?? randomUUID(),
    createdBy: caller.author(header(message.headers['x-appcfg-user']) ?? ''),
  };
  const request = { application: parameters.app ?? '', settings, ...author };
  return parts.changes.submit({ kind: 'settings', request }, lockOf(message));
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
