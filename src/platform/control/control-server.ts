/** The control API's HTTP server: who asks, may they, and what was changed; then the routes. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { failure } from '../../errors.ts';
import { type Clock, systemClock } from '../../support/clock.ts';
import type { AuditLog } from '../access/audit-log.ts';
import type { Authenticator } from '../access/authenticator.ts';
import { anonymous } from '../access/caller.ts';
import { channelOf } from '../access/channel.ts';
import { requireAccess } from '../access/route-access.ts';
import { answerError, answerJson } from './answer.ts';
import { auditEntry } from './audit-entry.ts';
import type { Route } from './route-table.ts';
import { createRouteTable, type FindRoute, type FoundRoute, type RouteRequest } from './route-table.ts';
import type { TlsContext } from './tls-context.ts';

export interface ControlServerOptions {
  readonly routes: readonly Route[];
  readonly authenticator: Authenticator;
  readonly audit: Pick<AuditLog, 'record'>;
  /** Where a proxy on this machine serves the control API to others. */
  readonly publicUrl?: URL | undefined;
  /** Serves TLS: for addresses beyond loopback. */
  readonly tls?: TlsContext;
  readonly clock?: Clock;
}

export interface ControlServer {
  listen(options: { readonly host: string; readonly port: number }): Promise<number>;
  close(): Promise<void>;
}

/** How long who was refused in the middle of a body may take to read why. */
const LINGER_MS = 2000;
const timeouts = { keepAliveTimeout: 30_000, requestTimeout: 0, headersTimeout: 20_000 };

export function createControlServer(options: ControlServerOptions): ControlServer {
  const { clock = systemClock, tls } = options;
  const find = createRouteTable(options.routes);
  const listener = (message: IncomingMessage, response: ServerResponse) => {
    void handle(message, response, find, options).catch((error: unknown) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      if (!message.complete) hangUpSoon(message, response, clock);
      answerError(response, error);
    });
  };
  const server = tls ? createTlsServer({ ...timeouts, ...tls.options }, listener) : createServer(timeouts, listener);
  const stopReloading = tls?.onReload((context) =>
    (server as ReturnType<typeof createTlsServer>).setSecureContext(context),
  );
  return {
    listen: (address) => listen(server, address),
    close: () => {
      stopReloading?.();
      return close(server);
    },
  };
}

async function handle(
  message: IncomingMessage,
  response: ServerResponse,
  find: FindRoute,
  options: ControlServerOptions,
): Promise<void> {
  const { authenticator, publicUrl } = options;
  const url = urlOf(message.url ?? '/');
  if (!url) throw failure('control.no-route', { request: `${message.method} ${message.url}` });
  const request = `${message.method} ${url.pathname}`;
  const channel = channelOf(message, publicUrl);
  if (!channel) throw failure('control.no-route', { request });
  if (channel.origin.startsWith('https:')) response.setHeader('strict-transport-security', 'max-age=31536000');
  const found = find(message.method ?? 'GET', url.pathname);
  const route = typeof found === 'object' ? found : undefined;
  const isOpen = route?.access.role === 'anyone';
  const caller = isOpen ? undefined : authenticator.callerOf(message, channel, route?.access);
  if (!isOpen && caller === undefined) throw failure('control.unauthorized', { reason: 'no token' });
  if (route === undefined) throw failure('control.no-route', { request });
  const { parameters } = route;
  const known = caller ?? anonymous(channel.address);
  const value = await run(
    route,
    { message, response, parameters, query: url.searchParams, caller: known, channel },
    options,
  );
  if (value !== undefined) answerJson(response, 200, value);
}

/** What changes something is recorded, also when it is refused. */
async function run(
  { access, handler }: FoundRoute,
  request: RouteRequest,
  { audit }: ControlServerOptions,
): Promise<unknown> {
  const isChange = access.change !== undefined;
  try {
    requireAccess(access, request.caller, request);
    const value = await handler(request);
    if (access.scope === 'decided-inside' && !request.caller.hasDecided)
      throw failure('internal', { reason: `${request.message.method} ${request.message.url} let somebody in unasked` });
    if (isChange) audit.record(auditEntry(access, request, { value }));
    return value;
  } catch (error) {
    if (isChange) audit.record(auditEntry(access, request, { error }));
    throw error;
  }
}

/**
 * A client that still sends does not read: its connection may not be closed at once, or the answer is lost with it; nor
 * may it send for ever.
 */
function hangUpSoon(message: IncomingMessage, response: ServerResponse, clock: Clock): void {
  const { socket } = message;
  message.resume();
  response.once('finish', () => {
    if (message.closed) return;
    const cancel = clock.after(LINGER_MS, () => socket.destroy(), { isBackground: true });
    // Not the socket's: it may carry many requests, and would keep what each of them left.
    message.once('close', cancel);
  });
}

/** Two slashes at the start are a path here and no host; undefined for what is no address at all. */
function urlOf(target: string): URL | undefined {
  const text = target.startsWith('/') ? `http://control${target}` : target;
  return URL.canParse(text) ? new URL(text) : undefined;
}

function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? failure('platform.port-in-use', { port, what: 'control API' }) : error);
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
