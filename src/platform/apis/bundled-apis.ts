/** The bundled APIs put together: their tickets first, their services when the rest of the platform stands. */
import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import type { Clock } from '../../support/clock.ts';
import type { Deployment } from '../deployment.ts';
import type { LogStore } from '../logs/log-store.ts';
import type { Router } from '../router/router.ts';
import type { Engine } from '../serving/engine.ts';
import { type ApiServer, createApiServer } from './api-server.ts';
import type { ApiService } from './api-service.ts';
import { TicketOffice, usesApis } from './api-tickets.ts';
import { createCapabilityService } from './capability-service.ts';
import { createIdentityService } from './identity/identity-service.ts';
import { createLogService } from './logservice/logservice.ts';
import { createMemcacheService } from './memcache/memcache-service.ts';
import { createModulesService, type ModulesParts } from './modules/modules-service.ts';
import { InstanceTickets } from './remote-socket/instance-tickets.ts';
import {
  createRemoteSockets,
  type RemoteSocketParts,
  type RemoteSockets,
} from './remote-socket/remote-socket-service.ts';
import { hasPlatformSockets } from './remote-socket/socket-limits.ts';
import { createSystemService } from './system/system-service.ts';
import { createTaskQueueService, type TaskQueueParts } from './taskqueue/taskqueue-service.ts';
import { createUrlFetchService } from './urlfetch/urlfetch-service.ts';
import { createUserService } from './user-service.ts';

export interface BundledApiParts {
  readonly modules: ModulesParts;
  readonly queues: TaskQueueParts['queues'];
  readonly engine: Pick<Engine, 'inside' | 'isInstancePort'>;
  readonly router: Pick<Router, 'table' | 'dispatchInternal'>;
  readonly logs: LogStore;
  readonly sockets: Omit<RemoteSocketParts, 'clock'>;
  /** For what services keep: the applications' keys. */
  readonly directory: string;
  /** The control API's and other ports of this machine that no fetch may reach. */
  readonly isPlatformPort: (port: number) => boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** App Engine had them; calls get FEATURE_DISABLED. */
const disabledServices = new Set([
  ...[
    'blobstore',
    'channel',
    'conversion',
    'datastore_v3',
    'datastore_v4',
    'images',
    'mail',
    'matcher',
    'prospective_search',
  ],
  ...['rdbms', 'search', 'xmpp', 'cloud_datastore_v1beta3', 'file'],
]);
const HOST = '127.0.0.1';

export class BundledApis {
  readonly tickets = new TicketOffice();
  readonly #clock: Clock;
  readonly #instanceTickets = new InstanceTickets();
  #sockets: RemoteSockets | undefined;
  #server: ApiServer | undefined;
  #port: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Of the API server; 0 before it listens. */
  get port(): number {
    return this.#port ?? 0;
  }

  /** What an instance is told; nothing where its code may not call. */
  environmentFor(deployment: Deployment, instance: string): Readonly<Record<string, string>> {
    if (this.#port === undefined || !usesApis(deployment.spec)) return {};
    const server = { API_HOST: HOST, API_PORT: String(this.#port) };
    if (!hasPlatformSockets(deployment.spec)) return server;
    return { ...server, APPCFG_SOCKET_TICKET: this.#instanceTickets.issue(deployment, instance) };
  }

  async listen(parts: BundledApiParts): Promise<void> {
    this.#instanceTickets.watch((deploymentId, instance) => parts.engine.inside(deploymentId, instance) !== undefined);
    const server = createApiServer({
      tickets: this.tickets,
      instanceCaller: (ticket, service) =>
        service === 'remote_socket' || service === 'urlfetch' ? this.#instanceTickets.find(ticket) : undefined,
      services: this.#services(parts),
      disabledServices,
      onDefect: (error) => process.emitWarning(`An API call failed: ${messageOf(error)}`),
    });
    this.#server = server;
    this.#port = await server.listen({ host: HOST, port: 0 });
  }

  async close(): Promise<void> {
    this.#sockets?.close();
    await this.#server?.close();
  }

  #services(parts: BundledApiParts): Readonly<Record<string, ApiService>> {
    const clock = this.#clock;
    const { engine, router, logs, directory, environment } = parts;
    const sockets = createRemoteSockets({ clock, ...parts.sockets });
    this.#sockets = sockets;
    const services: Record<string, ApiService> = {
      modules: createModulesService(parts.modules),
      system: createSystemService({ engine }),
      logservice: createLogService({ clock, logs, running: (application) => this.tickets.running(application) }),
      taskqueue: createTaskQueueService({ clock, queues: parts.queues }),
      memcache: createMemcacheService({ clock }),
      urlfetch: createUrlFetchService({
        clock,
        table: () => router.table(),
        dispatch: (request) => router.dispatchInternal(request),
        isProtectedPort: (port) => this.#isProtectedPort(port, parts),
      }),
      app_identity_service: createIdentityService({
        clock,
        directory: join(directory, 'identity'),
        accessTokenFile: environment.APPCFG_ACCESS_TOKEN_FILE,
      }),
      user: createUserService(),
      remote_socket: sockets.service,
    };
    services.capability_service = createCapabilityService((name) => services[name] && Object.keys(services[name]));
    return services;
  }

  #isProtectedPort(port: number, { engine, isPlatformPort }: BundledApiParts): boolean {
    return port === this.#port || isPlatformPort(port) || engine.isInstancePort(port);
  }
}
