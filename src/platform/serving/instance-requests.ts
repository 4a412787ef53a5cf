/** Sends the platform's own requests to one instance and puts them into the request log. */
import { randomBytes } from 'node:crypto';
import { hostName } from '../../model/host.ts';
import type { Clock } from '../../support/clock.ts';
import type { Deployment } from '../deployment.ts';
import type { InstanceOutput } from './instance-output.ts';
import { type InternalAnswer, type InternalRequest, sendInternalRequest } from './internal-request.ts';

export interface InstanceRequests {
  readonly clock: Clock;
  readonly deployment: Deployment;
  readonly instance: string;
  readonly output: InstanceOutput;
}

export interface RequestTarget {
  readonly host: string;
  readonly port: number;
  /** Aborts when the process is gone. */
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}

export async function sendToInstance(
  from: InstanceRequests,
  path: InternalRequest['path'],
  target: RequestTarget,
): Promise<InternalAnswer> {
  const { clock, deployment, instance, output } = from;
  const { defaultHostname, module, version } = deployment;
  const host = hostName(defaultHostname, { module, version, instance });
  const requestId = randomBytes(16).toString('hex');
  const answer = await sendInternalRequest({ ...target, path, hostName: host, requestId, clock });
  output.internalRequest({ path, host, requestId }, answer);
  return answer;
}

/** `/_ah/start answered 500`, `/_ah/start got no answer: socket hang up`. */
export function describeAnswer(path: InternalRequest['path'], answer: InternalAnswer): string {
  return answer.status === undefined ? `${path} got no answer: ${answer.problem}` : `${path} answered ${answer.status}`;
}
