/** The surfaces for other people's tools over a real socket, real stores and an engine that runs nothing. */
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createPlatformAccess } from '../../../src/platform/access/platform-access.ts';
import type { SignInLimitOptions } from '../../../src/platform/access/sign-in-limits.ts';
import { ApiResources } from '../../../src/platform/api-resources.ts';
import { ApplicationChanges } from '../../../src/platform/application-changes.ts';
import { ApplicationLocks } from '../../../src/platform/application-locks.ts';
import { consoleRoutes } from '../../../src/platform/console/console-routes.ts';
import { accessRoutes } from '../../../src/platform/control/access-routes.ts';
import { createApiSurfaces } from '../../../src/platform/control/api-routes.ts';
import { createControlServer } from '../../../src/platform/control/control-server.ts';
import { type ControlParts, extensionRoutes } from '../../../src/platform/control/extension-routes.ts';
import { webhookRoutes } from '../../../src/platform/control/webhook-routes.ts';
import { createDeploymentIds } from '../../../src/platform/deployment-id.ts';
import { DesiredState } from '../../../src/platform/desired-state.ts';
import { edgeOf } from '../../../src/platform/edge.ts';
import { createLifetime } from '../../../src/platform/lifetime.ts';
import { createLogStore } from '../../../src/platform/logs/segment-log-store.ts';
import { ObjectStore } from '../../../src/platform/objects/object-store.ts';
import { Operations } from '../../../src/platform/operations.ts';
import { openPlatformUsage } from '../../../src/platform/platform-usage.ts';
import { createReconcile } from '../../../src/platform/reconcile.ts';
import type { InternalResponse } from '../../../src/platform/router/internal-request.ts';
import { emptyRoutingTable, type RoutingTable } from '../../../src/platform/router/routing-table.ts';
import { createSchedulers } from '../../../src/platform/schedulers.ts';
import { createBlobStore } from '../../../src/platform/store/disk-blob-store.ts';
import { openWebhooks } from '../../../src/platform/webhooks/open-webhooks.ts';
import { systemClock } from '../../../src/support/clock.ts';
import { createFakeEngine } from '../fake-engine.ts';
import { memoryStore } from '../memory-store.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const consoleAssets = join(import.meta.dirname, '../../../src/platform/console/assets');

export const TOKEN = 'the token of the tests';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly text: string;
  readonly json: Json;
}

/** What servers answer has many shapes; tests look at parts of them. */
export interface Json {
  readonly [name: string]: Json;
}

export interface Call {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | object;
  /** Sends no token. */
  readonly isAnonymous?: boolean;
  /** Breaks the connection after this many bytes of the body. */
  readonly cutAfter?: number;
}

export async function startApi(
  options: {
    readonly allowsLegacyWithoutToken?: boolean;
    readonly limits?: SignInLimitOptions;
    /** Where applications are served: beyond loopback it is a server. */
    readonly host?: string;
  } = {},
) {
  const directory = temporaryDirectory();
  const store = await memoryStore();
  const clock = systemClock;
  const desired = new DesiredState(store);
  const engine = createFakeEngine();
  const blobs = createBlobStore(join(directory, 'blobs'));
  const logs = await createLogStore({ directory: join(directory, 'logs'), clock });
  const resources = new ApiResources(store);
  const lifetime = createLifetime();
  const usage = openPlatformUsage(
    { ...{ clock, store, resources }, configDirectory: directory, environment: {} },
    lifetime,
  );
  const objects = new ObjectStore({ store, blobs, clock });
  const routed = { table: emptyRoutingTable as RoutingTable };
  const directoryOf = (application: string, digest: string) => join(directory, 'trees', application, digest);
  const defaultHostname = (application: string) => `${application}.localhost:8080`;
  const applyState = createReconcile({
    desired,
    engine,
    swap: (table) => {
      routed.table = table;
    },
    directoryOf,
    defaultHostname,
    edgeOf: (application) => edgeOf(resources, application),
  });
  const dispatch = async (): Promise<InternalResponse> => ({
    status: 200,
    headers: [],
    body: new Uint8Array(),
    isTruncated: false,
    latencyMs: 1,
    pendingMs: 0,
    reachedInstance: true,
  });
  const schedulers = createSchedulers({ desired, store, logs, clock, defaultHostname, dispatch });
  const reconcile = () => {
    applyState();
    schedulers.refresh();
  };
  const newDeploymentId = createDeploymentIds(clock, (id) => desired.deployment(id) !== undefined);
  const access = createPlatformAccess({
    store,
    clock,
    localToken: TOKEN,
    ...(options.limits ? { limits: options.limits } : {}),
  });
  const operations = new Operations({ desired, clock, onEnded: (operation) => access.audit.recordEnd(operation) });
  const changes = new ApplicationChanges(
    {
      ...{ desired, engine, blobs, clock, directoryOf, defaultHostname, newDeploymentId, reconcile },
      profileOf: (application) => usage.profiles.of(application),
    },
    operations,
  );
  // What only the extension's other routes ask for is left out: no test here calls them.
  const controlParts = {
    desired,
    changes,
    operations,
    engine,
    blobs,
    logs,
    cron: schedulers.cron,
    queues: schedulers.queues,
    defaultHostname,
    onBlobsPromised: () => {},
    isDamaged: () => false,
    usage,
    metrics: () => [],
    locks: new ApplicationLocks(resources, clock),
    clock,
  } as unknown as ControlParts;
  const webhooks = openWebhooks(
    {
      ...{ store, desired, clock, defaultHostname, key: () => 'the key of the tests', environment: {} },
      ...{ host: options.host ?? '127.0.0.1', remote: undefined, isProtectedPort: (port) => port === ports.control },
    },
    lifetime,
  );
  const ports = { control: 0 };
  const pages = consoleRoutes(access.sessions, access.authenticator, consoleAssets);
  const surfaces = createApiSurfaces(
    { ...controlParts, clock, objects, resources, reconcile },
    {
      uploadDirectory: join(directory, 'uploads'),
      allowsLegacyWithoutToken: options.allowsLegacyWithoutToken === true,
    },
  );
  const routes = [
    ...extensionRoutes(controlParts),
    ...webhookRoutes({ ...controlParts, webhooks }),
    ...accessRoutes(access),
    ...pages,
    ...surfaces.routes,
  ];
  const server = createControlServer({ routes, authenticator: access.authenticator, audit: access.audit });
  const port = await server.listen({ host: '127.0.0.1', port: 0 });
  ports.control = port;
  onTestFinished(async () => {
    await server.close();
    surfaces.close();
    await operations.close();
    await schedulers.close({ graceMs: 0 });
    await logs.close();
    await lifetime.close();
    store.close();
  });
  const call = (method: string, path: string, options: Call = {}) => send(port, method, path, options);
  const createApp = (id = 'demo') => call('POST', '/v1/apps', { body: { id } });
  const upload = (name: string, content: string, bucket = 'staging.demo.appspot.com') =>
    call('POST', `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${name}`, { body: Buffer.from(content) });
  return {
    port,
    access,
    routes,
    call,
    createApp,
    upload,
    desired,
    engine,
    objects,
    blobs,
    logs,
    operations,
    routed,
    directory,
  };
}

function send(
  port: number,
  method: string,
  path: string,
  { headers, body, isAnonymous, cutAfter }: Call,
): Promise<Answer> {
  const bytes = body === undefined ? undefined : bytesOf(body);
  return new Promise((resolve, reject) => {
    const message = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        headers: {
          ...(isAnonymous === true ? {} : { authorization: `Bearer ${TOKEN}` }),
          ...(bytes === undefined ? {} : { 'content-length': String(bytes.length) }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve(answerOf(response.statusCode ?? 0, response.headers, Buffer.concat(chunks))),
        );
      },
    );
    message.once('error', reject);
    if (cutAfter === undefined) message.end(bytes);
    else message.write(bytes?.subarray(0, cutAfter) ?? '', () => setTimeout(() => message.destroy(), 50));
  });
}

function bytesOf(body: string | Uint8Array | object): Buffer {
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body as string);
  return Buffer.from(JSON.stringify(body));
}

function answerOf(status: number, headers: Answer['headers'], body: Buffer): Answer {
  const text = body.toString();
  return {
    status,
    headers,
    body,
    text,
    get json() {
      return JSON.parse(text);
    },
  };
}
