/** Two connections become one: bytes both ways, with backpressure, until one side ends. */
import type { Duplex } from 'node:stream';

export interface Splice {
  /** Bytes that went to the client. */
  readonly toClient: number;
  /** Ends both sides: what is written arrives, then the connection closes. */
  close(): void;
  /** Breaks both sides. */
  destroy(): void;
}

export interface SpliceOptions {
  readonly client: Duplex;
  readonly instance: Duplex;
  /** Once, when both sides are closed. */
  readonly onClosed: () => void;
}

export function splice({ client, instance, onClosed }: SpliceOptions): Splice {
  let toClient = 0;
  let open = 2;
  const destroy = () => {
    client.destroy();
    instance.destroy();
  };
  const onClose = () => {
    open -= 1;
    // One half gone: the other gets what is on its way, then ends.
    if (open === 1) {
      client.end();
      instance.end();
    }
    if (open === 0) onClosed();
  };
  for (const side of [client, instance]) {
    side.on('error', destroy);
    side.once('close', onClose);
  }
  pump(client, instance, () => {});
  pump(instance, client, (bytes) => {
    toClient += bytes;
  });
  return {
    get toClient() {
      return toClient;
    },
    close() {
      client.end();
      instance.end();
    },
    destroy,
  };
}

function pump(from: Duplex, to: Duplex, onBytes: (bytes: number) => void): void {
  from.on('data', (chunk: Buffer) => {
    onBytes(chunk.length);
    if (to.writable && !to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
  from.resume();
}
