/** What an instance prints: parsed, sent to the log store, and its last lines kept for error messages. */
import type { LogLevel } from '../../model/log.ts';
import type { Clock } from '../../support/clock.ts';
import type { Deployment } from '../deployment.ts';
import type { LogSink } from '../logs/log-store.ts';
import type { InternalAnswer } from './internal-request.ts';
import { INTERNAL_IP } from './internal-request.ts';
import { parseLine } from './log-line.ts';
import type { OutputStream } from './process.ts';

const KEPT_LINES = 40;
const PORT_TAKEN = /EADDRINUSE|address already in use/i;

export interface OutputOptions {
  readonly clock: Clock;
  readonly logs: LogSink;
  readonly deployment: Deployment;
  readonly instance: string;
  readonly onLine: (line: string) => void;
}

export class InstanceOutput {
  readonly #options: OutputOptions;
  #lines: string[] = [];

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  get lastLines(): readonly string[] {
    return this.#lines.slice(-KEPT_LINES);
  }

  get saysPortTaken(): boolean {
    return this.lastLines.some((line) => PORT_TAKEN.test(line));
  }

  print(stream: OutputStream, line: string): void {
    const { level, message, requestId } = parseLine(stream, line);
    this.#lines.push(message);
    if (this.#lines.length > 2 * KEPT_LINES) this.#lines = this.#lines.slice(-KEPT_LINES);
    this.#options.logs.append({
      kind: 'app',
      ...this.#base(),
      level,
      stream,
      message,
      ...(requestId === undefined ? {} : { requestId }),
    });
    this.#options.onLine(message);
  }

  /** What the platform has to say about the instance. */
  note(level: LogLevel, message: string): void {
    this.#options.logs.append({ kind: 'app', ...this.#base(), level, stream: 'platform', message });
  }

  internalRequest(
    request: { readonly path: string; readonly host: string; readonly requestId: string },
    answer: InternalAnswer,
  ): void {
    const status = answer.status ?? 0;
    this.#options.logs.append({
      kind: 'request',
      ...this.#base(),
      level: status === 0 || status >= 500 ? 'error' : 'info',
      requestId: request.requestId,
      method: 'GET',
      resource: request.path,
      httpVersion: 'HTTP/1.1',
      status,
      responseSize: answer.bytes,
      latencyMs: answer.latencyMs,
      pendingMs: 0,
      ip: INTERNAL_IP,
      host: request.host,
      ...(answer.problem === undefined ? {} : { exitReason: answer.problem }),
    });
  }

  #base() {
    const { clock, deployment, instance } = this.#options;
    const { application, module, version } = deployment;
    return { timeMs: clock.now(), application, module, version, instance };
  }
}
