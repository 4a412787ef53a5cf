/** A UDP socket that an application holds by its descriptor: it hears only from those it wrote to. */
import { createSocket, type Socket } from 'node:dgram';
import type { Clock } from '../../../support/clock.ts';
import { pollEvents } from '../protocol/remote-socket.ts';
import type { Endpoint, PlatformSocket, Received, SendOptions } from './platform-socket.ts';
import { type Patience, Readiness, waitUntil } from './readiness.ts';
import { type ErrorName, errorName, systemError } from './socket-problem.ts';

const MAX_UNREAD_DATAGRAMS = 256;
const MAX_UNREAD_BYTES = 1024 * 1024;
/** The oldest are forgotten. */
const MAX_CORRESPONDENTS = 1024;
const MAX_DATAGRAM_BYTES = 65_507;

interface Datagram {
  readonly data: Uint8Array;
  readonly from: Endpoint;
}

export class UdpSocket implements PlatformSocket {
  readonly protocol = 'udp';
  readonly readiness = new Readiness();
  readonly #clock: Clock;
  readonly #family: 4 | 6;
  readonly #unread: Datagram[] = [];
  readonly #correspondents = new Set<string>();
  #unreadBytes = 0;
  #socket: Socket | undefined;
  #peer: Endpoint | undefined;
  #error: ErrorName | undefined;
  #isClosedForReading = false;
  #isClosedForWriting = false;

  constructor(clock: Clock, family: 4 | 6) {
    this.#clock = clock;
    this.#family = family;
  }

  async connect(to: Endpoint): Promise<void> {
    const socket = await this.#open();
    if (this.#peer) socket.disconnect();
    this.#peer = undefined;
    await called((done) => socket.connect(to.port, to.address, done as () => void));
    this.#peer = to;
  }

  async send(data: Uint8Array, { to }: SendOptions): Promise<number> {
    this.#throwError();
    if (this.#isClosedForWriting) throw systemError('EPIPE');
    const target = to ?? this.#peer;
    if (!target) throw systemError('EDESTADDRREQ', 'Destination address required');
    if (data.length > MAX_DATAGRAM_BYTES) throw systemError('EMSGSIZE', 'Message too long');
    const socket = await this.#open();
    this.#remember(target);
    // A connected socket takes no address.
    const peer = this.#peer;
    if (peer && (peer.address !== target.address || peer.port !== target.port)) throw systemError('EISCONN');
    await called((done) => {
      if (peer) socket.send(data, done);
      else socket.send(data, target.port, target.address, done);
    });
    return data.length;
  }

  async receive(size: number, { isPeek, ...patience }: Patience & { readonly isPeek: boolean }): Promise<Received> {
    const isReady = await waitUntil(() => this.#isReadable(), [this.readiness], this.#clock, patience);
    this.#throwError();
    const first = this.#unread[0];
    if (!first && this.#isClosedForReading) return { data: new Uint8Array() };
    if (!isReady || !first) throw systemError('EAGAIN');
    if (!isPeek) {
      this.#unread.shift();
      this.#unreadBytes -= first.data.length;
    }
    return { data: first.data.subarray(0, size), from: first.from };
  }

  observe(): number {
    let events: number = pollEvents.out;
    if (this.#isReadable()) events |= pollEvents.in;
    if (this.#error !== undefined) events |= pollEvents.error;
    return events;
  }

  localEndpoint(): Endpoint | undefined {
    const { address, port } = this.#socket?.address() ?? {};
    return address === undefined || port === undefined ? undefined : { address, port };
  }

  remoteEndpoint(): Endpoint | undefined {
    return this.#peer;
  }

  shutDown({ reads, writes }: { readonly reads: boolean; readonly writes: boolean }): void {
    if (!this.#peer) throw systemError('ENOTCONN');
    this.#isClosedForReading ||= reads;
    this.#isClosedForWriting ||= writes;
    this.readiness.changed();
  }

  takeError(): ErrorName | undefined {
    const error = this.#error;
    this.#error = undefined;
    return error;
  }

  close(): void {
    this.destroy();
  }

  destroy(): void {
    this.#isClosedForReading = true;
    this.#isClosedForWriting = true;
    this.#unread.length = 0;
    this.#socket?.close();
    this.#socket = undefined;
    this.readiness.changed();
  }

  async #open(): Promise<Socket> {
    if (this.#socket) return this.#socket;
    const socket = createSocket(this.#family === 4 ? 'udp4' : 'udp6');
    this.#socket = socket;
    socket.on('message', (data, { address, port }) => this.#onMessage(data, { address, port }));
    socket.on('error', (error) => {
      this.#error = errorName(error);
      this.readiness.changed();
    });
    await called((done) => socket.bind(0, done as () => void));
    return socket;
  }

  #onMessage(data: Buffer, from: Endpoint): void {
    if (!this.#peer && !this.#correspondents.has(nameOf(from))) return;
    const isFull = this.#unread.length >= MAX_UNREAD_DATAGRAMS || this.#unreadBytes + data.length > MAX_UNREAD_BYTES;
    if (isFull || this.#isClosedForReading) return;
    this.#unread.push({ data, from });
    this.#unreadBytes += data.length;
    this.readiness.changed();
  }

  #remember(target: Endpoint): void {
    const name = nameOf(target);
    this.#correspondents.delete(name);
    this.#correspondents.add(name);
    if (this.#correspondents.size <= MAX_CORRESPONDENTS) return;
    const [oldest] = this.#correspondents;
    if (oldest !== undefined) this.#correspondents.delete(oldest);
  }

  #isReadable(): boolean {
    return this.#unread.length > 0 || this.#isClosedForReading || this.#error !== undefined;
  }

  #throwError(): void {
    const error = this.takeError();
    if (error !== undefined) throw systemError(error);
  }
}

function nameOf({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}

/** A callback of Node's as a promise, with the service's error. */
function called(run: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    run((error) => {
      if (error) reject(systemError(errorName(error)));
      else resolve();
    });
  });
}
