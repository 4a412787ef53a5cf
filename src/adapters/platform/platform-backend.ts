/** The platform as a backend, over its control API. The embedded one and one on a server are the same. */
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Backend } from '../../backend/backend.ts';
import type { CallOptions, VersionName, WatchOptions } from '../../backend/call-options.ts';
import { failure, isAppcfgError } from '../../errors.ts';
import type { Application } from '../../model/application.ts';
import type { InstanceSummary } from '../../model/instance.ts';
import type { LogQuery, LogRecord } from '../../model/log.ts';
import type { Operation } from '../../model/operation.ts';
import type { RecentTraffic } from '../../model/recent-traffic.ts';
import type { ReleaseSummary } from '../../model/release.ts';
import type { ReleaseSnapshot } from '../../model/release-snapshot.ts';
import { LOCK_HEADER, paths } from '../../protocol/extension.ts';
import { type Clock, systemClock } from '../../support/clock.ts';
import { accessRole } from './access-role.ts';
import { type ControlAddress, type ControlClient, createControlClient } from './control-client.ts';
import { lockRole } from './lock-role.ts';
import { pinsRole } from './pins-role.ts';
import { cronRole, queuesRole } from './scheduled-roles.ts';
import { secretsRole } from './secrets-role.ts';
import { missingBlobs, sendBlobs } from './send-blobs.ts';
import { usageRole } from './usage-role.ts';
import { watchOperation } from './watch-operation.ts';
import { webhooksRole } from './webhooks-role.ts';

export interface PlatformBackendOptions extends ControlAddress {
  /** Who changes things, for the record: `jane@laptop`. */
  readonly createdBy: string;
  readonly clock?: Clock;
  /** Id of a lock that it holds. */
  readonly lock?: string | undefined;
}

export function createPlatformBackend(options: PlatformBackendOptions): Backend {
  const { clock = systemClock } = options;
  const client = createControlClient({ ...options, headers: lockHeaders(options.lock) }, clock);
  const { createdBy } = options;
  const change = async (method: 'POST' | 'PUT' | 'DELETE', path: string, body: object, watch: WatchOptions = {}) => {
    const requestId = watch.requestId ?? randomUUID();
    const started = await client.json<Operation>({
      method,
      path,
      body: { createdBy, ...body, requestId },
      isRepeatable: true,
      ...signalOf(watch),
    });
    watch.onAccepted?.(started);
    return watchOperation(client, started, watch);
  };
  return {
    name: 'platform',
    describe: (application, call) => describe(client, application, call),
    applications: async (call) =>
      (await client.json<{ applications: string[] }>({ method: 'GET', path: paths.applications, ...signalOf(call) }))
        .applications,
    files: filesRole(client, clock),
    releases: {
      commit: (request, watch) =>
        change('POST', paths.releases(request.application), request, { ...watch, requestId: request.requestId }),
      list: async (application, call) =>
        (
          await client.json<{ releases: ReleaseSummary[] }>({
            method: 'GET',
            path: paths.releases(application),
            ...signalOf(call),
          })
        ).releases,
      read: (application, release, call) =>
        client.json<ReleaseSnapshot>({ method: 'GET', path: paths.release(application, release), ...signalOf(call) }),
      rollback: (application, release, watch) =>
        change('POST', paths.rollback(application), release === undefined ? {} : { release }, watch),
    },
    versions: {
      setServingStatus: (name, status, watch) => change('POST', versionPath(name), { status }, watch),
      setInstances: (name, instances, watch) => change('POST', versionPath(name), { instances }, watch),
      delete: (name, watch) => change('DELETE', versionPath(name), {}, watch),
    },
    traffic: { set: (application, splits, watch) => change('POST', paths.traffic(application), { splits }, watch) },
    operations: operationsRole(client),
    settings: {
      replace: async (application, kind, value, call) => {
        const headers = { 'x-appcfg-request-id': call?.requestId ?? randomUUID(), 'x-appcfg-user': createdBy };
        const path = paths.settings(application, kind);
        const started = await client.json<Operation>({
          method: 'PUT',
          path,
          body: { value },
          headers,
          isRepeatable: true,
          ...signalOf(call),
        });
        await watchOperation(client, started, call);
      },
    },
    instances: {
      list: async (application, call) =>
        (
          await client.json<{ instances: InstanceSummary[] }>({
            method: 'GET',
            path: paths.instances(application),
            ...signalOf(call),
          })
        ).instances,
      stop: async ({ application, module, version }, instance, call) => {
        await client.json({
          method: 'DELETE',
          path: paths.instance(application, module, version, instance),
          ...signalOf(call),
        });
      },
    },
    logs: logsRole(client),
    source: {
      list: async (name, call) =>
        (await client.json<{ files: SourceFile[] }>({ method: 'GET', path: filesPath(name), ...signalOf(call) })).files,
      read: async (name, path, call) => {
        const { files } = await client.json<{ files: SourceFile[] }>({
          method: 'GET',
          path: filesPath(name),
          ...signalOf(call),
        });
        const file = files.find((candidate) => candidate.path === path);
        if (!file) throw failure('file.not-found', { module: name.module, version: name.version, path });
        return client.bytes({ method: 'GET', path: `${filesPath(name)}/${file.digest}`, ...signalOf(call) });
      },
    },
    cron: cronRole(client),
    queues: queuesRole(client),
    lock: lockRole(client, createdBy, options.lock),
    pins: pinsRole(client, createdBy),
    usage: usageRole(client),
    secrets: secretsRole(client, change),
    webhooks: webhooksRole(client, createdBy),
    monitoring: {
      recentTraffic: (application, { windowMs, ...call } = {}) =>
        client.json<RecentTraffic>({
          method: 'GET',
          path: paths.recentTraffic(application),
          ...(windowMs === undefined ? {} : { query: { windowMs } }),
          ...signalOf(call),
        }),
    },
    access: accessRole(client, createdBy),
    console: { open: (call) => openConsole(client, options, call) },
    close: async () => {},
  };
}

async function openConsole(client: ControlClient, { url, createdBy }: PlatformBackendOptions, call?: CallOptions) {
  const { code, expiresInMs } = await client.json<{ code: string; expiresInMs: number }>({
    method: 'POST',
    path: paths.consoleCode,
    body: { createdBy },
    ...signalOf(call),
  });
  // In the fragment: browsers keep that to themselves.
  return { url: `${url.replace(/\/$/, '')}/console/#code=${code}`, expiresInMs };
}

interface SourceFile {
  readonly path: string;
  readonly size: number;
  readonly digest: string;
}

async function describe(
  client: ControlClient,
  application: string,
  call?: CallOptions,
): Promise<Application | undefined> {
  try {
    return await client.json<Application>({ method: 'GET', path: paths.application(application), ...signalOf(call) });
  } catch (error) {
    if (isAppcfgError(error) && error.code === 'application.not-found') return undefined;
    throw error;
  }
}

function filesRole(client: ControlClient, clock: Clock): Backend['files'] {
  return {
    missing: async (application, digests, call) =>
      digests.length === 0 ? [] : missingBlobs(client, application, digests, call?.signal),
    put: (application, blobs, call) => sendBlobs({ client, clock, application }, blobs, call ?? {}),
  };
}

function operationsRole(client: ControlClient): Backend['operations'] {
  const get = (application: string, id: string, call?: CallOptions) =>
    client.json<Operation>({ method: 'GET', path: paths.operation(application, id), ...signalOf(call) });
  return {
    get,
    list: async (application, call) =>
      (
        await client.json<{ operations: Operation[] }>({
          method: 'GET',
          path: paths.operations(application),
          ...signalOf(call),
        })
      ).operations,
    wait: async (application, id, watch) => watchOperation(client, await get(application, id, watch), watch),
  };
}

function logsRole(client: ControlClient): NonNullable<Backend['logs']> {
  return {
    query: async (query, call) => {
      const records: LogRecord[] = [];
      for await (const record of readRecords(client, query, false, call)) records.push(record);
      return records;
    },
    follow: (query, call) => readRecords(client, query, true, call),
  };
}

async function* readRecords(
  client: ControlClient,
  query: LogQuery,
  follow: boolean,
  call?: CallOptions,
): AsyncGenerator<LogRecord> {
  const { application, sinceMs, untilMs, minimumLevel, ...others } = query;
  const { signal } = call ?? {};
  let body: Readable | undefined;
  try {
    body = await client.stream({
      method: 'GET',
      path: paths.logs(application),
      query: {
        ...(others as Record<string, string | number>),
        ...(sinceMs === undefined ? {} : { since: sinceMs }),
        ...(untilMs === undefined ? {} : { until: untilMs }),
        ...(minimumLevel === undefined ? {} : { level: minimumLevel }),
        // The port's follow begins now; without a limit the server would first send what was.
        ...(follow ? { follow: 1, limit: 0 } : {}),
      },
      ...signalOf(call),
    });
    for await (const line of createInterface({ input: body })) {
      if (line !== '') yield JSON.parse(line) as LogRecord;
    }
  } catch (error) {
    // Following ends when whoever follows says so: that is no failure.
    if (!follow || signal?.aborted !== true) throw error;
  } finally {
    body?.destroy();
  }
}

function versionPath({ application, module, version }: VersionName): string {
  return paths.version(application, module, version);
}

function filesPath({ application, module, version }: VersionName): string {
  return paths.files(application, module, version);
}

function signalOf(call: CallOptions | undefined): { readonly signal?: AbortSignal } {
  return call?.signal ? { signal: call.signal } : {};
}

function lockHeaders(lock: string | undefined): Readonly<Record<string, string>> {
  return lock === undefined ? {} : { [LOCK_HEADER]: lock };
}
