/** The platform's own requests to one instance: sent, judged, and put into the request log. */
import { randomBytes } from 'node:crypto';
import { hostName } from '../../model/host.ts';
import type { Clock } from '../../support/clock.ts';
import type { Deployment } from '../deployment.ts';
import type { InstanceOutput } from './instance-output.ts';
import { type InternalAnswer, type InternalRequest, isStartSuccess, sendInternalRequest } from './internal-request.ts';

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

export class InstanceRequests {
  readonly #from: { readonly clock: Clock; readonly deployment: Deployment; readonly id: string };
  readonly #output: InstanceOutput;

  constructor(
    from: { readonly clock: Clock; readonly deployment: Deployment; readonly id: string },
    output: InstanceOutput,
  ) {
    this.#from = from;
    this.#output = output;
  }

  /** Has no deadline: the program of a manual instance may run inside it for hours (S3). */
  async start(target: RequestTarget): Promise<Verdict> {
    return verdict('/_ah/start', await this.#send('/_ah/start', target));
  }

  /** Whatever it answers, the instance may serve; it was only a chance to load things early. */
  async warmup(target: RequestTarget, timeoutMs: number): Promise<Verdict> {
    const result = verdict('/_ah/warmup', await this.#send('/_ah/warmup', target, timeoutMs));
    if (!result.isSuccess) this.#output.note('warning', result.reason);
    return { ...result, isSuccess: true };
  }

  /** Runs the shutdown hook; what it answers does not matter (S3: user code can't handle it). */
  async stop(target: RequestTarget): Promise<void> {
    await this.#send('/_ah/stop', target);
  }

  async #send(path: InternalRequest['path'], target: RequestTarget, timeoutMs?: number): Promise<InternalAnswer> {
    const { clock, deployment, id } = this.#from;
    const { defaultHostname, module, version } = deployment;
    const host = hostName(defaultHostname, { module, version, instance: id });
    const requestId = randomBytes(16).toString('hex');
    const timeout = timeoutMs === undefined ? {} : { timeoutMs };
    const answer = await sendInternalRequest({ ...target, ...timeout, path, hostName: host, requestId, clock });
    this.#output.internalRequest({ path, host, requestId }, answer);
    return answer;
  }
}

function verdict(path: InternalRequest['path'], answer: InternalAnswer): Verdict {
  const { status } = answer;
  const reason = status === undefined ? `${path} got no answer: ${answer.problem}` : `${path} answered ${status}`;
  return { isSuccess: isStartSuccess(answer), reason, isAnswered: status !== undefined };
}
