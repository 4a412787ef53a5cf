/** An outbound TCP connection that an application holds by its descriptor. */
import { connect, type Socket } from 'node:net';
import type { Clock } from '../../../support/clock.ts';
import { pollEvents } from '../protocol/remote-socket.ts';
import type { Endpoint, PlatformSocket, Received, SendOptions } from './platform-socket.ts';
import { type Patience, Readiness, waitUntil } from './readiness.ts';
import { ReceiveBuffer } from './receive-buffer.ts';
import { type ErrorName, errorName, invalidRequest, systemError } from './socket-problem.ts';

/** How much may wait for the application before the sender is held back. */
const MAX_UNREAD_BYTES = 256 * 1024;
/** What was sent before a close may take this long to leave. */
const LINGER_MS = 60_000;

export class TcpSocket implements PlatformSocket {
  readonly protocol = 'tcp';
  readonly readiness = new Readiness();
  readonly #clock: Clock;
  readonly #unread = new ReceiveBuffer();
  #socket: Socket | undefined;
  #state: 'fresh' | 'connecting' | 'connected' | 'failed' = 'fresh';
  #error: ErrorName | undefined;
  #local: Endpoint | undefined;
  #remote: Endpoint | undefined;
  #hasEnded = false;
  #isClosedForWriting = false;
  #sent = 0;
  #received = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async connect(to: Endpoint, patience: Patience): Promise<void> {
    if (this.#state === 'connected') throw systemError('EISCONN');
    if (this.#state === 'connecting' && patience.timeoutMs <= 0)
      throw systemError('EALREADY', 'a connect is under way');
    if (this.#state !== 'connecting') this.#begin(to);
    const isSettled = await waitUntil(() => this.#state !== 'connecting', [this.readiness], this.#clock, patience);
    if (!isSettled) throw systemError('EINPROGRESS');
    this.#throwError();
  }

  async send(data: Uint8Array, { offset, ...patience }: SendOptions): Promise<number> {
    const socket = this.#requireSocket();
    this.#throwError();
    if (this.#isClosedForWriting || this.#state === 'failed') throw systemError('EPIPE');
    if (offset !== undefined && offset !== this.#sent) {
      throw invalidRequest(`stream_offset is ${offset}, and ${this.#sent} bytes were sent`);
    }
    const isReady = await waitUntil(() => this.#isWritable(socket), [this.readiness], this.#clock, patience);
    this.#throwError();
    if (!isReady) throw systemError('EAGAIN');
    // Another instance may have been quicker.
    if (offset !== undefined && offset !== this.#sent) throw invalidRequest('another send came between');
    this.#sent += data.length;
    socket.write(data);
    return data.length;
  }

  async receive(size: number, { isPeek, ...patience }: Patience & { readonly isPeek: boolean }): Promise<Received> {
    if (this.#state === 'fresh') throw systemError('ENOTCONN');
    const isReady = await waitUntil(() => this.#isReadable(), [this.readiness], this.#clock, patience);
    if (this.#unread.size === 0) this.#throwError();
    if (!isReady) throw systemError('EAGAIN');
    const offset = this.#received;
    const data = this.#unread.read(size, isPeek);
    if (!isPeek) this.#received += data.length;
    if (this.#unread.size < MAX_UNREAD_BYTES) this.#socket?.resume();
    return { data, offset };
  }

  observe(): number {
    let events = 0;
    if (this.#state === 'fresh') return pollEvents.out | pollEvents.hangUp;
    if (this.#isReadable()) events |= pollEvents.in;
    if (this.#socket && this.#state !== 'connecting' && this.#isWritable(this.#socket)) events |= pollEvents.out;
    if (this.#error !== undefined) events |= pollEvents.error;
    if (this.#state === 'failed' || (this.#hasEnded && this.#isClosedForWriting)) events |= pollEvents.hangUp;
    return events;
  }

  localEndpoint(): Endpoint | undefined {
    return this.#local;
  }

  remoteEndpoint(): Endpoint | undefined {
    return this.#state === 'connected' ? this.#remote : undefined;
  }

  shutDown({ reads, writes }: { readonly reads: boolean; readonly writes: boolean }): void {
    if (this.#state !== 'connected') throw systemError('ENOTCONN');
    if (writes) {
      this.#isClosedForWriting = true;
      this.#socket?.end();
    }
    if (reads) {
      this.#hasEnded = true;
      this.#unread.clear();
      this.#socket?.resume();
    }
    this.readiness.changed();
  }

  takeError(): ErrorName | undefined {
    const error = this.#error;
    this.#error = undefined;
    return error;
  }

  close(): void {
    const socket = this.#socket;
    if (!socket || socket.writableLength === 0) {
      this.destroy();
      return;
    }
    this.#forget();
    socket.end();
    socket.resume();
    const cancel = this.#clock.after(LINGER_MS, () => socket.destroy(), { isBackground: true });
    socket.once('finish', () => socket.destroy());
    socket.once('close', cancel);
  }

  destroy(): void {
    this.#forget();
    // A connection that was used ends in order: the last bytes are on their way in the kernel.
    if (this.#socket && !this.#socket.destroyed) this.#socket.destroy();
  }

  #begin({ address, port }: Endpoint): void {
    this.#state = 'connecting';
    this.#error = undefined;
    this.#hasEnded = false;
    const socket = connect({ host: address, port, allowHalfOpen: true, noDelay: true, autoSelectFamily: false });
    this.#socket = socket;
    // A connect that failed may be tried again, on another socket.
    const happened = (act: () => void) => {
      if (this.#socket !== socket) return;
      act();
      this.readiness.changed();
    };
    const onEnd = () =>
      happened(() => {
        this.#hasEnded = true;
      });
    socket.on('connect', () =>
      happened(() => {
        this.#state = 'connected';
        // Node forgets them when the connection has ended.
        this.#local = endpointOf(socket.localAddress, socket.localPort);
        this.#remote = endpointOf(socket.remoteAddress, socket.remotePort);
      }),
    );
    socket.on('error', (error) =>
      happened(() => {
        this.#error = errorName(error);
        this.#state = 'failed';
      }),
    );
    socket.on('data', (chunk: Buffer) => happened(() => this.#onData(socket, chunk)));
    socket.on('drain', () => this.readiness.changed());
    socket.on('end', onEnd);
    socket.on('close', onEnd);
  }

  #onData(socket: Socket, chunk: Buffer): void {
    if (this.#hasEnded) return;
    this.#unread.push(chunk);
    if (this.#unread.size >= MAX_UNREAD_BYTES) socket.pause();
  }

  #forget(): void {
    this.#hasEnded = true;
    this.#isClosedForWriting = true;
    this.#unread.clear();
    this.readiness.changed();
  }

  #isReadable(): boolean {
    return this.#unread.size > 0 || this.#hasEnded || this.#state === 'failed';
  }

  #isWritable(socket: Socket): boolean {
    if (this.#state === 'connecting') return false;
    return !socket.writableNeedDrain || this.#state === 'failed';
  }

  #requireSocket(): Socket {
    if (!this.#socket || this.#state === 'connecting') throw systemError('ENOTCONN');
    return this.#socket;
  }

  #throwError(): void {
    const error = this.takeError();
    if (error !== undefined) throw systemError(error);
  }
}

function endpointOf(address: string | undefined, port: number | undefined): Endpoint | undefined {
  return address === undefined || port === undefined ? undefined : { address, port };
}
