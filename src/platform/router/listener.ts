/** The HTTP server in front: limits against slow and oversized clients, upgrades, an orderly end. */
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { failure } from '../../errors.ts';
import type { Clock } from '../../support/clock.ts';
import type { Exchange } from './exchange.ts';
import { HttpExchange } from './http-exchange.ts';
import type { ListenerLimits } from './router-options.ts';
import { createUpgradeSocket, isWebSocket, withoutUpgrade } from './upgrade.ts';

export const defaultLimits: ListenerLimits = {
  headersTimeoutMs: 20_000,
  requestTimeoutMs: 600_000,
  keepAliveTimeoutMs: 75_000,
  maxHeaderBytes: 64 * 1024,
  maxHeaders: 500,
  checkIntervalMs: 5000,
};

export interface ListenerOptions {
  readonly clock: Clock;
  readonly limits: ListenerLimits;
  readonly onExchange: (exchange: Exchange) => void;
}

/** A server that is not listening yet; `handleRequest` can also be given connections by other means. */
export function createListener({ clock, limits, onExchange }: ListenerOptions): Server {
  const server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkIntervalMs,
    noDelay: true,
    requireHostHeader: true,
  });
  // One over the limit is still seen, and refused; more are dropped by Node, which is the same.
  server.maxHeadersCount = limits.maxHeaders + 1;
  server.on('request', (request, response) => onExchange(new HttpExchange({ request, response, clock })));
  server.on('checkContinue', (request, response) => {
    onExchange(new HttpExchange({ request, response, clock, expectsContinue: true }));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (isWebSocket(request)) onExchange(upgradeExchange(request, socket, { clock, head }));
    else {
      socket.unshift(withoutUpgrade(request, head));
      server.emit('connection', socket);
    }
  });
  return server;
}

export async function listen(server: Server, at: { readonly host: string; readonly port: number }): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? failure('platform.port-in-use', { port: at.port, what: 'router' }) : error);
    };
    server.once('error', onError);
    server.listen(at.port, at.host, () => {
      server.off('error', onError);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Refusals and ordinary answers to a handshake go out through a response of its own, then the connection ends. */
function upgradeExchange(
  request: IncomingMessage,
  socket: Duplex,
  { clock, head }: { readonly clock: Clock; readonly head: Buffer },
): HttpExchange {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(request.socket);
  const upgrade = createUpgradeSocket(socket, head, () => response.detachSocket(request.socket));
  response.once('finish', () => socket.end());
  return new HttpExchange({ request, response, clock, upgrade });
}
