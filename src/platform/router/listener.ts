/** The HTTP server in front: limits against slow and oversized clients, upgrades, an orderly end. */
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { failure } from '../../errors.ts';
import type { Clock } from '../../support/clock.ts';
import type { Exchange } from './exchange.ts';
import { HttpExchange } from './http-exchange.ts';
import type { ListenerLimits } from './router-options.ts';
import type { TlsFront } from './tls-front.ts';
import { createUpgradeSocket, isWebSocket, withoutUpgrade } from './upgrade.ts';
import { takeConnections } from './wire/client-connections.ts';

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
  readonly tls: TlsFront;
}

export interface Listener {
  readonly server: Server;
  /** Closes connections that do nothing; those that do something close when it is done. */
  closeIdle(): void;
  /** Breaks every connection, those that changed their protocol too. */
  cut(): void;
}

/** A server that is not listening yet. */
export function createListener(options: ListenerOptions): Listener {
  const { clock, limits, onExchange, tls } = options;
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
  const upgraded = acceptUpgrades(server, options);
  // Nearly every request is read without Node's parser; the server above gets the connections of all others.
  const plain = takeConnections(server, { clock, limits, onExchange });
  const cutUndecided = tls.attach(server);
  return {
    server,
    closeIdle() {
      plain.closeIdle();
      server.closeIdleConnections();
    },
    cut() {
      cutUndecided();
      plain.cut();
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
    },
  };
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

/** WebSockets become exchanges; other protocols are ignored, as HTTP allows. */
function acceptUpgrades(server: Server, { clock, onExchange }: ListenerOptions): ReadonlySet<Duplex> {
  // Node's server forgets connections that change their protocol.
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isWebSocket(request)) {
      socket.unshift(withoutUpgrade(request, head));
      server.emit('connection', socket);
      return;
    }
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    onExchange(upgradeExchange(request, socket, { clock, head }));
  });
  return upgraded;
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
  response.once('finish', () => request.socket.destroySoon());
  return new HttpExchange({ request, response, clock, upgrade });
}
