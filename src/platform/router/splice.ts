/** Two connections become one: bytes both ways, with backpressure, until one side ends. */
import type { Duplex } from 'node:stream';

export interface Splice {
  /** Bytes that went to the client. */
  readonly toClient: number;
  /** Bytes that a side has not taken yet. */
  readonly waiting: number;
  /** Bytes that were taken, by both sides. */
  readonly delivered: number;
  /** Ends both sides: what is written arrives, then the connection closes. */
  close(): void;
  /** Breaks both sides. */
  destroy(): void;
}

export interface SpliceOptions {
  readonly client: Duplex;
  readonly instance: Duplex;
  /** One side said all it has to say; the other was told so, and may not care. */
  readonly onOneEnded: () => void;
  /** Once, when both sides are closed. */
  readonly onClosed: () => void;
}

export function splice({ client, instance, onOneEnded, onClosed }: SpliceOptions): Splice {
  let toClient = 0;
  let toInstance = 0;
  let hasEnded = false;
  let open = 2;
  const destroy = () => {
    client.destroy();
    instance.destroy();
  };
  const onEnd = () => {
    if (hasEnded) return;
    hasEnded = true;
    onOneEnded();
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
    side.once('end', onEnd);
    side.once('close', onClose);
  }
  pump(client, instance, (bytes) => {
    toInstance += bytes;
  });
  pump(instance, client, (bytes) => {
    toClient += bytes;
  });
  return {
    get toClient() {
      return toClient;
    },
    get waiting() {
      return client.writableLength + instance.writableLength;
    },
    get delivered() {
      return toClient + toInstance - client.writableLength - instance.writableLength;
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
