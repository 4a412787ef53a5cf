/** Hands out free loopback ports for instances. */
import { createServer } from 'node:net';

/**
 * Below the range from which Linux takes ports for outgoing connections: there, the router's own connections would
 * take a port away between our check and the instance's bind, and a probe could connect to itself.
 */
const FIRST_PORT = 20_000;
const PORT_COUNT = 12_000;

export interface PortAllocator {
  /** A port nothing listens on; nobody else gets it before `release`. */
  reserve(): Promise<number>;
  release(port: number): void;
  isReserved(port: number): boolean;
}

export function createPortAllocator(random: () => number = Math.random): PortAllocator {
  const reserved = new Set<number>();
  return {
    async reserve() {
      for (let attempt = 0; attempt < 100; attempt += 1) {
        const port = FIRST_PORT + Math.floor(random() * PORT_COUNT);
        if (reserved.has(port)) continue;
        reserved.add(port);
        if (await isFree(port)) return port;
        reserved.delete(port);
      }
      return reserveAny(reserved);
    },
    release: (port) => {
      reserved.delete(port);
    },
    isReserved: (port) => reserved.has(port),
  };
}

async function isFree(port: number): Promise<boolean> {
  return (await bind(port)) !== undefined;
}

/** The machine is crowded: take whatever the kernel gives. */
async function reserveAny(reserved: Set<number>): Promise<number> {
  const port = await bind(0);
  if (port === undefined) throw new Error('this machine has no free port');
  reserved.add(port);
  return port;
}

function bind(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      const bound = address !== null && typeof address === 'object' ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}
