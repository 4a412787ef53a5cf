/** Waits until a launched process accepts connections on its port, and finds out why when it does not. */
import { connect } from 'node:net';
import type { StartProblem } from '../../model/start-problem.ts';
import type { Clock } from '../../support/clock.ts';
import type { EngineLimits } from './limits.ts';
import { type Listener, listeners, processTree } from './process-table.ts';

export interface StartWatchOptions {
  readonly clock: Clock;
  readonly pid: number;
  readonly port: number;
  readonly timeoutMs: number;
  readonly limits: Pick<EngineLimits, 'wrongPortGraceMs'>;
  /** Ends the wait: the process exited or is being stopped. */
  readonly signal: AbortSignal;
  /** Said while there is still hope: `listens on port 9999 instead of $PORT (20123)`. */
  readonly onNotice: (message: string) => void;
}

export type StartOutcome =
  | { readonly kind: 'listening'; readonly host: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly problem: StartProblem }
  | { readonly kind: 'aborted' };

const FIRST_POLL_MS = 5;
const LAST_POLL_MS = 50;
const DIAGNOSIS_INTERVAL_MS = 1_000;
const CONNECT_TIMEOUT_MS = 1_000;

export async function watchStart(options: StartWatchOptions): Promise<StartOutcome> {
  const { clock, signal, port } = options;
  const beganMs = clock.monotonicMs();
  let pollMs = FIRST_POLL_MS;
  let nextDiagnosisMs = beganMs + DIAGNOSIS_INTERVAL_MS;
  let elsewhereSinceMs: number | undefined;
  for (let round = 0; !signal.aborted; round += 1) {
    // Servers told to listen on "localhost" may take ::1 alone.
    const host = (await accepts('127.0.0.1', port))
      ? '127.0.0.1'
      : round % 4 === 0 && (await accepts('::1', port))
        ? '::1'
        : undefined;
    if (signal.aborted) break;
    if (host !== undefined) return { kind: 'listening', host };
    const now = clock.monotonicMs();
    const isOver = now - beganMs >= options.timeoutMs;
    if (isOver || now >= nextDiagnosisMs) {
      nextDiagnosisMs = now + DIAGNOSIS_INTERVAL_MS;
      const elsewhere = describeListeners(listeners(processTree(options.pid)), port);
      if (elsewhere === undefined) elsewhereSinceMs = undefined;
      else if (elsewhereSinceMs === undefined) options.onNotice(elsewhere.reason);
      elsewhereSinceMs = elsewhere === undefined ? undefined : (elsewhereSinceMs ?? now);
      if (elsewhere !== undefined && (isOver || now - (elsewhereSinceMs ?? now) >= options.limits.wrongPortGraceMs)) {
        return { kind: 'failed', ...elsewhere };
      }
    }
    if (isOver)
      return {
        kind: 'failed',
        reason: `does not listen on $PORT (${port}) after ${options.timeoutMs / 1000} s`,
        problem: 'slow-start',
      };
    await clock.sleep(pollMs, signal).catch(() => undefined);
    pollMs = Math.min(LAST_POLL_MS, pollMs * 1.3);
  }
  return { kind: 'aborted' };
}

/** What is wrong with where a process listens; undefined when it does not listen at all. */
export function describeListeners(
  found: readonly Listener[],
  port: number,
): { readonly reason: string; readonly problem: StartProblem } | undefined {
  const samePort = found.find((listener) => listener.port === port);
  if (samePort) {
    return { reason: `listens on ${samePort.address}:${port}, not on 127.0.0.1:${port}`, problem: 'other-address' };
  }
  const ports = [...new Set(found.map((listener) => listener.port))].sort((a, b) => a - b);
  if (ports.length === 0) return undefined;
  return { reason: `listens on port ${ports.join(', ')} instead of $PORT (${port})`, problem: 'wrong-port' };
}

/** True when something accepts a TCP connection there. */
export function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (isAccepted: boolean) => {
      socket.destroy();
      resolve(isAccepted);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => end(false));
    socket.once('error', () => end(false));
    // A connection from a port to itself is no server.
    socket.once('connect', () => end(socket.localPort !== port));
  });
}
