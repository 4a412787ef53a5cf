/** A TCP proxy that delays, resets, cuts, holds back and repeats, as badly as it is told. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface ConnectionFaults {
  /** Each piece of data, in both directions, comes this much later. */
  readonly latencyMs?: number;
  /** The connection begins this much later, so that others overtake it. */
  readonly holdMs?: number;
  /** Reset for both sides once so many bytes came from the client. */
  readonly resetAfterSent?: number;
  /** Reset for both sides once so many bytes came from the server. */
  readonly resetAfterReceived?: number;
  /** Ended in order for the client once so many bytes came from the server. */
  readonly endAfterReceived?: number;
  /** Everything that the client sent is sent a second time, on a connection of its own. */
  readonly isRepeated?: boolean;
}

export interface FaultProxy {
  readonly port: number;
  /** How often each kind of fault came to pass. */
  readonly counts: Readonly<Record<'delays' | 'resets' | 'cuts' | 'repetitions' | 'holds', number>>;
  close(): Promise<void>;
}

/** Longer conversations are not repeated. */
const MOST_REPEATED_BYTES = 16 * 1024 * 1024;

export async function startFaultProxy(target: number, faultsOf: () => ConnectionFaults): Promise<FaultProxy> {
  const counts = { delays: 0, resets: 0, cuts: 0, repetitions: 0, holds: 0 };
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    return socket;
  };

  const repeat = (sent: readonly Buffer[]) => {
    counts.repetitions += 1;
    const again = track(connect(target, '127.0.0.1'));
    for (const chunk of sent) again.write(chunk);
    // Nobody reads the answers, but the server may take its time for them.
    again.resume();
    setTimeout(() => again.destroy(), 2000).unref();
  };

  const join = (client: Socket, faults: ConnectionFaults) => {
    const server = track(connect(target, '127.0.0.1'));
    const reset = () => {
      counts.resets += 1;
      client.resetAndDestroy();
      server.resetAndDestroy();
    };
    const sent: Buffer[] = [];
    let sentBytes = 0;
    let receivedBytes = 0;
    const later = (work: () => void) => {
      if (faults.latencyMs === undefined) return work();
      counts.delays += 1;
      setTimeout(work, faults.latencyMs);
    };
    client.on('data', (chunk: Buffer) => {
      sentBytes += chunk.length;
      if (faults.isRepeated && sentBytes <= MOST_REPEATED_BYTES) sent.push(chunk);
      if (sentBytes >= (faults.resetAfterSent ?? Number.POSITIVE_INFINITY)) return reset();
      later(() => server.write(chunk));
    });
    server.on('data', (chunk: Buffer) => {
      receivedBytes += chunk.length;
      if (receivedBytes >= (faults.resetAfterReceived ?? Number.POSITIVE_INFINITY)) return reset();
      const over = receivedBytes - (faults.endAfterReceived ?? Number.POSITIVE_INFINITY);
      if (over < 0) return later(() => client.write(chunk));
      counts.cuts += 1;
      client.end(chunk.subarray(0, chunk.length - over));
      server.destroy();
    });
    client.once('close', () => {
      later(() => server.end());
      if (sent.length > 0) repeat(sent);
    });
    server.once('close', () => later(() => client.end()));
  };

  const listener: Server = createServer((client) => {
    track(client);
    const faults = faultsOf();
    if (faults.holdMs === undefined) return join(client, faults);
    counts.holds += 1;
    setTimeout(() => join(client, faults), faults.holdMs);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    counts,
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
