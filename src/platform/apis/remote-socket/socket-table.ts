/** Descriptors: which sockets are open, whose they are, and which have been idle for too long. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../support/clock.ts';
import type { PlatformSocket } from './platform-socket.ts';
import { permissionDenied, socketClosed, systemError } from './socket-problem.ts';

export interface OpenSocket {
  readonly descriptor: string;
  readonly application: string;
  readonly family: 4 | 6;
  readonly socket: PlatformSocket;
}

export interface NewSocket extends Omit<OpenSocket, 'descriptor'> {
  /** Milliseconds without any operation until it is reclaimed. */
  readonly idleMs: number;
}

interface Entry extends OpenSocket {
  readonly idleMs: number;
  lastUsedMs: number;
  operations: number;
  cancelReclaim: () => void;
}

export const MAX_OPEN_SOCKETS = 1000;

export class SocketTable {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns the descriptor; any instance of the application may use it, and nobody else */
  add(socket: NewSocket): OpenSocket {
    const descriptor = randomBytes(18).toString('base64url');
    const entry: Entry = {
      ...socket,
      descriptor,
      lastUsedMs: this.#clock.monotonicMs(),
      operations: 0,
      cancelReclaim: () => {},
    };
    this.#entries.set(descriptor, entry);
    this.#watchIdleness(entry, entry.idleMs);
    return entry;
  }

  has(descriptor: string, application: string): boolean {
    return this.#entries.get(descriptor)?.application === application;
  }

  requireRoom(application: string): void {
    if (this.openSockets(application) < MAX_OPEN_SOCKETS) return;
    throw systemError('EMFILE', `an application may have ${MAX_OPEN_SOCKETS} sockets open`);
  }

  openSockets(application: string): number {
    let count = 0;
    for (const entry of this.#entries.values()) if (entry.application === application) count += 1;
    return count;
  }

  /** Runs an operation on a socket, which is not idle meanwhile. Throws for descriptors of nobody and of others. */
  async use<T>(descriptor: string, application: string, operate: (open: OpenSocket) => T | Promise<T>): Promise<T> {
    const entry = this.#find(descriptor, application);
    entry.operations += 1;
    try {
      return await operate(entry);
    } finally {
      entry.operations -= 1;
      entry.lastUsedMs = this.#clock.monotonicMs();
    }
  }

  close(descriptor: string, application: string): void {
    const entry = this.#find(descriptor, application);
    this.#remove(entry);
    entry.socket.close();
  }

  closeAll(): void {
    for (const entry of [...this.#entries.values()]) this.#reclaim(entry);
  }

  #find(descriptor: string, application: string): Entry {
    const entry = this.#entries.get(descriptor);
    if (!entry) throw socketClosed();
    if (entry.application !== application) throw permissionDenied('the descriptor belongs to another application');
    return entry;
  }

  #watchIdleness(entry: Entry, waitMs: number): void {
    entry.cancelReclaim = this.#clock.after(
      waitMs,
      () => {
        const idleMs = entry.operations > 0 ? 0 : this.#clock.monotonicMs() - entry.lastUsedMs;
        if (idleMs >= entry.idleMs) this.#reclaim(entry);
        else this.#watchIdleness(entry, entry.idleMs - idleMs);
      },
      { isBackground: true },
    );
  }

  #reclaim(entry: Entry): void {
    this.#remove(entry);
    entry.socket.destroy();
  }

  #remove(entry: Entry): void {
    entry.cancelReclaim();
    this.#entries.delete(entry.descriptor);
  }
}
