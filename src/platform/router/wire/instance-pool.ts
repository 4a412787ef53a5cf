/** The kept-alive connections to one instance. The one that was used last is used next, so that surplus ones age. */
import type { Clock } from '../../../support/clock.ts';
import { type ConnectionOwner, InstanceConnection } from './instance-connection.ts';

/** Milliseconds between looks for connections that were idle for too long. */
const LOOK_MS = 1000;

export class InstancePool implements ConnectionOwner {
  readonly clock: Clock;
  readonly #at: { readonly host: string; readonly port: number };
  readonly #all = new Set<InstanceConnection>();
  #idle: InstanceConnection[] = [];
  #cancelLook: (() => void) | undefined;

  constructor(clock: Clock, at: { readonly host: string; readonly port: number }) {
    this.clock = clock;
    this.#at = at;
  }

  /** For one call; the connection is the caller's until its listener heard the end of it. */
  take(): InstanceConnection {
    return this.#takeIdle() ?? this.#open();
  }

  /** Breaks every connection, those that are used too; their listeners are told. */
  destroy(): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
    this.#idle = [];
    for (const connection of [...this.#all]) connection.fail(new Error('The instance is gone.'));
  }

  onIdle(connection: InstanceConnection): void {
    this.#idle.push(connection);
    this.#cancelLook ??= this.#lookLater();
  }

  onClosed(connection: InstanceConnection): void {
    this.#all.delete(connection);
    const index = this.#idle.indexOf(connection);
    if (index !== -1) this.#idle.splice(index, 1);
  }

  #open(): InstanceConnection {
    const connection = new InstanceConnection(this, this.#at);
    this.#all.add(connection);
    return connection;
  }

  #takeIdle(): InstanceConnection | undefined {
    for (let connection = this.#idle.pop(); connection; connection = this.#idle.pop()) {
      if (connection.isUsable) return connection;
      connection.destroy();
    }
    return undefined;
  }

  #lookLater(): () => void {
    return this.clock.after(LOOK_MS, () => this.#look(), { isBackground: true });
  }

  #look(): void {
    const [...idle] = this.#idle;
    this.#idle = idle.filter(({ isUsable }) => isUsable);
    for (const connection of idle) if (!connection.isUsable) connection.destroy();
    this.#cancelLook = this.#idle.length > 0 ? this.#lookLater() : undefined;
  }
}
