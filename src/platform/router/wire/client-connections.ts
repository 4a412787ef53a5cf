/** The clients' connections of one listener, and the looks for those that are too slow. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../../support/clock.ts';
import type { Exchange } from '../exchange.ts';
import type { ListenerLimits } from '../router-options.ts';
import { ClientConnection, type ConnectionHost } from './client-connection.ts';

export interface ClientConnectionsOptions {
  readonly clock: Clock;
  readonly limits: ListenerLimits;
  readonly onExchange: (exchange: Exchange) => void;
}

export interface ClientConnections {
  /** No connection is kept any more; those that do nothing close now. */
  closeIdle(): void;
  cut(): void;
}

/** Takes the connections of a server that is not listening yet; the server keeps what is not plain. */
export function takeConnections(server: Server, options: ClientConnectionsOptions): ClientConnections {
  const [nodes] = server.listeners('connection') as ((this: Server, socket: Socket) => void)[];
  if (!nodes) throw new TypeError('the server has no listener for connections');
  const { clock, limits, onExchange } = options;
  const connections = new Set<ClientConnection>();
  let isClosing = false;
  const host: ConnectionHost = {
    clock,
    limits,
    get isClosing() {
      return isClosing;
    },
    onExchange,
    handOver(socket, bytes) {
      socket.pause();
      socket.unshift(bytes);
      nodes.call(server, socket);
      socket.resume();
    },
    onClosed: (connection) => void connections.delete(connection),
  };
  const look = () => {
    const nowMs = clock.monotonicMs();
    for (const connection of connections) connection.checkTime(nowMs);
    cancelLook = lookLater();
  };
  const lookLater = () => clock.after(limits.checkIntervalMs, look, { isBackground: true });
  let cancelLook = lookLater();
  server.once('close', () => cancelLook());
  server.removeListener('connection', nodes);
  server.on('connection', (socket: Socket) => connections.add(new ClientConnection(host, socket)));
  return {
    closeIdle() {
      isClosing = true;
      for (const connection of connections) if (connection.isIdle) connection.cut();
    },
    cut() {
      for (const connection of connections) connection.cut();
    },
  };
}
