/** What the router holds of a WebSocket whose reader is slow: next to nothing, in both directions. */
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { splice } from '../../../../src/platform/router/splice.ts';

const CHUNK = 64 * 1024;

/** An end of a connection: the other side sends as long as it is read, and takes what it is asked to. */
class End extends Duplex {
  /** Bytes that the other side got rid of. */
  sent = 0;
  /** Bytes that the other side took. */
  taken = 0;
  #isSending = false;
  #hasTaken: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 16 * 1024, allowHalfOpen: true });
  }

  override _read(): void {
    if (!this.#isSending) return;
    this.sent += CHUNK;
    setImmediate(() => this.push(Buffer.alloc(CHUNK)));
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#hasTaken = () => {
      this.taken += chunk.length;
      done();
    };
  }

  begin(): void {
    this.#isSending = true;
    this._read();
  }

  stop(): void {
    this.#isSending = false;
  }

  /** The slow reader takes one piece; false: there was none. */
  takePiece(): boolean {
    const taken = this.#hasTaken;
    this.#hasTaken = undefined;
    taken?.();
    return taken !== undefined;
  }
}

const turns = async (count = 50) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('a splice', () => {
  it.each(['client', 'instance'] as const)('reads no more than two pieces ahead of a slow %s', async (slow) => {
    const [client, instance] = [new End(), new End()];
    const [from, to] = slow === 'client' ? [instance, client] : [client, instance];
    const spliced = splice({ client, instance, onOneEnded: () => {}, onClosed: () => {} });
    from.begin();
    await turns();
    expect(spliced.waiting).toBeLessThanOrEqual(2 * CHUNK);
    for (let piece = 0; piece < 20; piece += 1) {
      await turns();
      expect(to.takePiece()).toBe(true);
      expect(from.sent - to.taken).toBeLessThanOrEqual(3 * CHUNK);
    }
    from.stop();
    // Nothing was lost on the way.
    for (let piece = 0; piece < 10; piece += 1) {
      await turns();
      to.takePiece();
    }
    expect(to.taken).toBe(from.sent);
    expect(spliced.waiting).toBe(0);
    spliced.destroy();
  });

  it('is not held back in one direction by a slow reader in the other', async () => {
    const [client, instance] = [new End(), new End()];
    splice({ client, instance, onOneEnded: () => {}, onClosed: () => {} });
    client.begin();
    instance.begin();
    for (let piece = 0; piece < 20; piece += 1) {
      await turns();
      client.takePiece();
    }
    expect(client.taken).toBeGreaterThan(15 * CHUNK);
    expect(instance.taken).toBe(0);
    client.destroy();
    instance.destroy();
  });
});
