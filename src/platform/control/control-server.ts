/** The control API's HTTP server: token, host check, routes. */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { failure } from '../../errors.ts';
import { type Clock, systemClock } from '../../support/clock.ts';
import { answerError, answerJson } from './answer.ts';
import { createRouteTable, type FindRoute, type Route } from './route-table.ts';

export interface ControlServerOptions {
  readonly routes: readonly Route[];
  /** Every request must carry it as `Authorization: Bearer`. */
  readonly token: string;
  /** Tokens of sessions that are as good as `token`. */
  readonly sessions?: { accepts(token: string): boolean };
  readonly clock?: Clock;
}

export interface ControlServer {
  listen(options: { readonly host: string; readonly port: number }): Promise<number>;
  close(): Promise<void>;
}

/** How long who was refused in the middle of a body may take to read why. */
const LINGER_MS = 2000;

export function createControlServer(options: ControlServerOptions): ControlServer {
  const { clock = systemClock } = options;
  const find = createRouteTable(options.routes);
  const server = createServer(
    { keepAliveTimeout: 30_000, requestTimeout: 0, headersTimeout: 20_000 },
    (message, response) => {
      void handle(message, response, find, (request) => isAuthorized(request, options)).catch((error: unknown) => {
        if (response.headersSent) {
          response.destroy();
          return;
        }
        if (!message.complete) hangUpSoon(message, response, clock);
        answerError(response, error);
      });
    },
  );
  return { listen: (address) => listen(server, address), close: () => close(server) };
}

async function handle(
  message: IncomingMessage,
  response: ServerResponse,
  find: FindRoute,
  isAllowed: (message: IncomingMessage) => boolean,
): Promise<void> {
  const url = urlOf(message.url ?? '/');
  if (!url) throw failure('control.no-route', { request: `${message.method} ${message.url}` });
  const request = `${message.method} ${url.pathname}`;
  if (!isLoopbackHost(message.headers.host)) throw failure('control.no-route', { request });
  const found = find(message.method ?? 'GET', url.pathname);
  const isPublic = typeof found === 'object' && found.isPublic;
  if (!isPublic && !isAllowed(message)) throw failure('control.unauthorized', {});
  if (found === undefined || found === 'method') throw failure('control.no-route', { request });
  const value = await found.handler({ message, response, parameters: found.parameters, query: url.searchParams });
  if (value !== undefined) answerJson(response, 200, value);
}

/**
 * A client that still sends does not read: its connection may not be closed at once, or the answer is lost with it; nor
 * may it send for ever.
 */
function hangUpSoon(message: IncomingMessage, response: ServerResponse, clock: Clock): void {
  const { socket } = message;
  message.resume();
  response.once('finish', () => {
    const cancel = clock.after(LINGER_MS, () => socket.destroy(), { isBackground: true });
    message.once('end', cancel);
    socket.once('close', cancel);
  });
}

/** Two slashes at the start are a path here and no host; undefined for what is no address at all. */
function urlOf(target: string): URL | undefined {
  const text = target.startsWith('/') ? `http://control${target}` : target;
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** A web page that has a name of its own resolved to 127.0.0.1 (DNS rebinding) gets nothing here. */
function isLoopbackHost(host: string | undefined): boolean {
  const name = (host ?? '').replace(/:\d+$/, '');
  return name === '127.0.0.1' || name === 'localhost' || name === '[::1]' || name.endsWith('.localhost');
}

function isAuthorized(message: IncomingMessage, { token, sessions }: ControlServerOptions): boolean {
  const authorization = message.headers.authorization ?? '';
  const given = Buffer.from(authorization);
  const wanted = Buffer.from(`Bearer ${token}`);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return true;
  return authorization.startsWith('Bearer ') && sessions?.accepts(authorization.slice('Bearer '.length)) === true;
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
