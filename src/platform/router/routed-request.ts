/** A request on its way: what is known of it, from its head to its route. */
import type { Claim } from '../serving/version-pool.ts';
import type { CompiledApplication, CompiledVersion } from './compiled-table.ts';
import type { Exchange } from './exchange.ts';
import type { SignedInUser } from './login-cookie.ts';
import type { RequestHead } from './request-head.ts';
import type { RequestTarget } from './request-path.ts';

export interface Route {
  readonly application: CompiledApplication;
  readonly module: string;
  readonly version: CompiledVersion;
  /** Named by the host. */
  readonly instance?: string;
}

export interface RoutedRequest {
  readonly exchange: Exchange;
  readonly head: RequestHead;
  readonly target: RequestTarget;
  /** As the client named it; of internal requests the target's. */
  readonly host: string;
  readonly clientIp: string;
  readonly isSecure: boolean;
  /** Lower-case hex. */
  readonly requestId: string;
  /** Monotonic milliseconds. */
  readonly startedMs: number;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  route: Route;
  user: SignedInUser | undefined;
  /** How often the routing table changed under it. */
  reroutes: number;
  /** For the response: traffic cookie and release; names and values, alternating. */
  extraHeaders: readonly string[];
  /** The body, where it had to be collected before it could be sent. */
  collectedBody: Buffer | undefined;
  /** The last instance it was given to. */
  claim: Claim | undefined;
  /** Something may have reached an instance. */
  reachedInstance: boolean;
  isLogged: boolean;
}
