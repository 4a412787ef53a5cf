/** A socket of an application, held by the platform: what the service asks of TCP and UDP alike. */
import type { Patience, Readiness } from './readiness.ts';
import type { ErrorName } from './socket-problem.ts';

export interface Endpoint {
  /** Text form. */
  readonly address: string;
  readonly port: number;
}

export interface Received {
  readonly data: Uint8Array;
  /** Of streams: how many bytes came before these. */
  readonly offset?: number;
  /** Of datagrams. */
  readonly from?: Endpoint;
}

export interface SendOptions extends Patience {
  /** Of streams: how many bytes the caller sent before; undefined: not checked. */
  readonly offset?: number;
  /** Of datagrams. */
  readonly to?: Endpoint;
}

export interface PlatformSocket {
  readonly protocol: 'tcp' | 'udp';
  readonly readiness: Readiness;
  /** Fails with ApplicationErrors, as all of these do. */
  connect(to: Endpoint, patience: Patience): Promise<void>;
  /** Resolves to how many bytes were taken. */
  send(data: Uint8Array, options: SendOptions): Promise<number>;
  receive(size: number, options: Patience & { readonly isPeek: boolean }): Promise<Received>;
  /** Bits of `pollEvents`. */
  observe(): number;
  localEndpoint(): Endpoint | undefined;
  remoteEndpoint(): Endpoint | undefined;
  shutDown(how: { readonly reads: boolean; readonly writes: boolean }): void;
  /** The pending error, which is cleared by asking. */
  takeError(): ErrorName | undefined;
  /** Sends what was taken, then ends. */
  close(): void;
  /** At once. */
  destroy(): void;
}
