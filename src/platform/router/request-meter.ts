/** The port to whoever counts requests. */
import type { Deployment } from '../deployment.ts';

export interface RequestMeter {
  /**
   * Once for every request that had a route, when it is over; on the path of every request, so nothing may be made.
   * @param outgoingBytes of the body; 0 for requests of the platform's own
   */
  count(deployment: Deployment, status: number, latencyMs: number, outgoingBytes: number): void;
}
