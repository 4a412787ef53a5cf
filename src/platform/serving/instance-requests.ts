/** The platform's own requests to one instance: sent, judged, and put into the request log. */
import { randomBytes } from 'node:crypto';
import { hostName } from '../../model/host.ts';
import { runtimeGeneration } from '../../model/version-spec.ts';
import type { Clock } from '../../support/clock.ts';
import type { ApiTickets } from '../apis/api-tickets.ts';
import type { Deployment } from '../deployment.ts';
import type { InstanceOutput } from './instance-output.ts';
import {
  INTERNAL_IP,
  type InternalAnswer,
  type InternalRequest,
  isStartSuccess,
  sendInternalRequest,
} from './internal-request.ts';

export interface RequestTarget {
  readonly host: string;
  readonly port: number;
  /** Aborts when the process is gone. */
  readonly signal: AbortSignal;
}

export interface Verdict {
  readonly isSuccess: boolean;
  /** `/_ah/start answered 500`, `/_ah/start got no answer: socket hang up`. */
  readonly reason: string;
  /** False: the connection broke, and the process is perhaps gone. */
  readonly isAnswered: boolean;
}

export interface RequestSource {
  readonly clock: Clock;
  readonly deployment: Deployment;
  readonly id: string;
  /** Absent where code of this deployment may not call the bundled APIs. */
  readonly tickets?: ApiTickets | undefined;
}

interface SendOptions {
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export class InstanceRequests {
  readonly #from: RequestSource;
  readonly #output: InstanceOutput;
  #openPrograms = 0;

  constructor(from: RequestSource, output: InstanceOutput) {
    this.#from = from;
    this.#output = output;
  }

  /** Start and background requests that still run: programs of the application's, not answers to somebody. */
  get openPrograms(): number {
    return this.#openPrograms;
  }

  /** Has no deadline: the program of a manual instance may run inside it for hours (S3). */
  async start(target: RequestTarget): Promise<Verdict> {
    this.#openPrograms += 1;
    const answer = await this.#send('/_ah/start', target);
    this.#openPrograms -= 1;
    return verdict('/_ah/start', answer);
  }

  /**
   * Whatever it answers, the instance may serve; it was only a chance to load things early. First generation code
   * that goes on after the deadline ends with its instance, as any other request's does.
   */
  async warmup(target: RequestTarget, timeoutMs: number): Promise<Verdict> {
    const { runtime } = this.#from.deployment.spec;
    const headers = { 'X-Appengine-Timeout-Ms': String(timeoutMs) };
    const answer = await this.#send('/_ah/warmup', target, { timeoutMs, headers });
    const result = verdict('/_ah/warmup', answer);
    if (!result.isSuccess) this.#output.note('warning', result.reason);
    return { ...result, isSuccess: answer.isLate !== true || runtimeGeneration(runtime) === 2 };
  }

  /** Runs the shutdown hook; what it answers does not matter (S3: user code can't handle it). */
  async stop(target: RequestTarget): Promise<void> {
    await this.#send('/_ah/stop', target);
  }

  /** Open for as long as the background thread runs. */
  async background(target: RequestTarget, backgroundId: string): Promise<void> {
    this.#openPrograms += 1;
    await this.#send('/_ah/background', target, { headers: { 'X-AppEngine-BackgroundRequest': backgroundId } });
    this.#openPrograms -= 1;
  }

  async #send(path: InternalRequest['path'], target: RequestTarget, how: SendOptions = {}): Promise<InternalAnswer> {
    const { clock, deployment, id, tickets } = this.#from;
    const { defaultHostname, module, version } = deployment;
    const host = hostName(defaultHostname, { module, version, instance: id });
    const requestId = randomBytes(16).toString('hex');
    const ticket = tickets?.open({
      deployment,
      instance: id,
      requestId,
      host,
      isSecure: false,
      isTask: false,
      method: 'GET',
      resource: path,
      httpVersion: 'HTTP/1.1',
      ip: INTERNAL_IP,
      startedAtMs: clock.now(),
    });
    const headers = { ...how.headers, ...(ticket === undefined ? {} : { 'X-Appengine-Api-Ticket': ticket }) };
    const answer = await sendInternalRequest({ ...target, ...how, headers, path, hostName: host, requestId, clock });
    if (ticket !== undefined) tickets?.close(ticket);
    this.#output.internalRequest({ path, host, requestId }, answer);
    return answer;
  }
}

function verdict(path: InternalRequest['path'], answer: InternalAnswer): Verdict {
  const { status } = answer;
  const reason = status === undefined ? `${path} got no answer: ${answer.problem}` : `${path} answered ${status}`;
  return { isSuccess: isStartSuccess(answer), reason, isAnswered: status !== undefined };
}
