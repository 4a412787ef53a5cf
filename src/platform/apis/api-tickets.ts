/** Tickets admit running code to the bundled APIs, each for as long as the request it was made for. */
import { randomBytes } from 'node:crypto';
import type { VersionSpec } from '../../model/version-spec.ts';
import type { Deployment } from '../deployment.ts';
import { generationOf } from '../router/deadlines.ts';

/** The request that a ticket stands for. */
export interface TicketRequest {
  readonly deployment: Deployment;
  readonly instance: string;
  readonly requestId: string;
  /** As the client named it. */
  readonly host: string;
  readonly isSecure: boolean;
  /** Tasks and cron jobs. */
  readonly isTask: boolean;
  readonly method: string;
  /** Path and query. */
  readonly resource: string;
  readonly httpVersion: string;
  readonly ip: string;
  readonly userAgent?: string;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
}

/** What the router and the engine need: one ticket a request, gone when the request is. */
export interface ApiTickets {
  /** Opaque; sent to the instance as `X-Appengine-Api-Ticket`. */
  open(request: TicketRequest): string;
  close(ticket: string): void;
}

export class TicketOffice implements ApiTickets {
  readonly #open = new Map<string, TicketRequest>();

  open(request: TicketRequest): string {
    const ticket = randomBytes(16).toString('hex');
    this.#open.set(ticket, request);
    return ticket;
  }

  close(ticket: string): void {
    this.#open.delete(ticket);
  }

  /** The request of a ticket that is still good. */
  find(ticket: string | undefined): TicketRequest | undefined {
    return ticket === undefined ? undefined : this.#open.get(ticket);
  }

  /** The requests of an application that run now. */
  running(application: string): readonly TicketRequest[] {
    return [...this.#open.values()].filter(({ deployment }) => deployment.application === application);
  }
}

/** Whether code of this version may call the bundled APIs: first generation, and `app_engine_apis: true`. */
export function usesApis(spec: VersionSpec): boolean {
  return generationOf(spec) === 1 || spec.usesBundledApis === true;
}
