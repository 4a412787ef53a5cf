/** Waits for any of several sockets. */
import type { Clock } from '../../../support/clock.ts';
import { type PollEvent, pollEvents } from '../protocol/remote-socket.ts';
import { type Patience, waitUntil } from './readiness.ts';
import { invalidRequest } from './socket-problem.ts';
import type { OpenSocket, SocketTable } from './socket-table.ts';

export interface PollScope {
  readonly table: SocketTable;
  readonly clock: Clock;
  readonly application: string;
}

const ASKABLE = pollEvents.in | pollEvents.out;
const ALWAYS_TOLD = pollEvents.error | pollEvents.hangUp | pollEvents.invalid;

/** @returns those events that something was observed for; none when time was up */
export async function poll(
  scope: PollScope,
  events: readonly PollEvent[],
  patience: Patience,
): Promise<{ readonly events: readonly PollEvent[] }> {
  if (events.some(({ requested_events: requested }) => (requested & ~ASKABLE) !== 0)) {
    throw invalidRequest('only POLLIN and POLLOUT can be waited for');
  }
  return withSockets(scope, events, [], async (sockets) => {
    const observe = () =>
      events.map((event, index) => ({ ...event, observed_events: observedOf(event, sockets[index]) }));
    const isAnyReady = () => observe().some(({ observed_events: observed }) => observed !== 0);
    const sources = sockets.flatMap((open) => (open ? [open.socket.readiness] : []));
    await waitUntil(isAnyReady, sources, scope.clock, patience);
    return { events: observe().filter(({ observed_events: observed }) => observed !== 0) };
  });
}

/** All of them count as used while they are waited for. */
async function withSockets<T>(
  scope: PollScope,
  events: readonly PollEvent[],
  found: readonly (OpenSocket | undefined)[],
  run: (sockets: readonly (OpenSocket | undefined)[]) => Promise<T>,
): Promise<T> {
  const next = events[found.length];
  if (!next) return run(found);
  const { table, application } = scope;
  if (!table.has(next.socket_descriptor, application)) return withSockets(scope, events, [...found, undefined], run);
  return table.use(next.socket_descriptor, application, (open) => withSockets(scope, events, [...found, open], run));
}

function observedOf({ requested_events: requested }: PollEvent, open: OpenSocket | undefined): number {
  return open ? open.socket.observe() & (requested | ALWAYS_TOLD) : pollEvents.invalid;
}
