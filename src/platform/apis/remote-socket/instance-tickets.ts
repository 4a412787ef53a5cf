/** Tickets of instances: their sockets outlive requests, so what admits them is good for as long as the instance is. */
import { randomBytes } from 'node:crypto';
import type { Deployment } from '../../deployment.ts';
import type { TicketRequest } from '../api-tickets.ts';

interface Issued {
  readonly deployment: Deployment;
  readonly instance: string;
}

/** How many are kept when nobody said which instances are gone. */
const SWEEP_AT = 256;

export class InstanceTickets {
  readonly #issued = new Map<string, Issued>();
  #isAlive: (deploymentId: string, instance: string) => boolean = () => true;
  #sweepAt = SWEEP_AT;

  /** @param isAlive whether an instance runs or is about to */
  watch(isAlive: (deploymentId: string, instance: string) => boolean): void {
    this.#isAlive = isAlive;
  }

  issue(deployment: Deployment, instance: string): string {
    if (this.#issued.size >= this.#sweepAt) this.#sweep();
    const ticket = randomBytes(18).toString('base64url');
    this.#issued.set(ticket, { deployment, instance });
    return ticket;
  }

  /** In place of a request of the instance's. */
  find(ticket: string | undefined): TicketRequest | undefined {
    const issued = ticket === undefined ? undefined : this.#issued.get(ticket);
    if (!issued || !this.#isAlive(issued.deployment.deploymentId, issued.instance)) return undefined;
    return {
      ...issued,
      requestId: '',
      host: issued.deployment.defaultHostname,
      isSecure: false,
      isTask: false,
      method: 'GET',
      resource: '/',
      httpVersion: 'HTTP/1.1',
      ip: '127.0.0.1',
      startedAtMs: 0,
    };
  }

  #sweep(): void {
    for (const [ticket, { deployment, instance }] of this.#issued) {
      if (!this.#isAlive(deployment.deploymentId, instance)) this.#issued.delete(ticket);
    }
    this.#sweepAt = Math.max(SWEEP_AT, this.#issued.size * 2);
  }
}
