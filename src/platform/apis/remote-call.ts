/** One call: ticket, service and method looked up, and whatever comes of it put into the answer's envelope. */
import { messageOf } from '../../errors.ts';
import { ApplicationError, RpcError } from './api-problem.ts';
import { type ApiMethod, type ApiService, UnreadableRequest } from './api-service.ts';
import type { TicketOffice, TicketRequest } from './api-tickets.ts';
import { type RemoteRequest, type RemoteResponse, remoteRequest, remoteResponse } from './protocol/remote-api.ts';

export interface RemoteCalls {
  readonly tickets: TicketOffice;
  /** Of instances that call outside of their requests; only some services take them. */
  readonly instanceCaller?: (ticket: string | undefined, service: string) => TicketRequest | undefined;
  readonly services: Readonly<Record<string, ApiService>>;
  /** Services of App Engine that exist and that this platform does not offer. */
  readonly disabledServices: ReadonlySet<string>;
  /** A defect of ours; the caller only hears that the call failed. */
  readonly onDefect: (error: unknown) => void;
}

export interface CallLimits {
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** Never rejects: a failure is part of the answer. */
export async function answerRemoteCall(calls: RemoteCalls, body: Uint8Array, limits: CallLimits): Promise<Uint8Array> {
  return remoteResponse.encode(await answered(calls, body, limits));
}

/** The answer of a call that was refused before it was read. */
export function refusedRemoteCall(problem: RpcError): Uint8Array {
  return remoteResponse.encode({ rpc_error: { code: problem.code, detail: problem.message } });
}

async function answered(calls: RemoteCalls, body: Uint8Array, limits: CallLimits): Promise<RemoteResponse> {
  try {
    const request = readRequest(body);
    const { request_id: ticket, service_name: service } = request;
    const caller = calls.tickets.find(ticket) ?? calls.instanceCaller?.(ticket, service);
    if (!caller) throw new RpcError('securityViolation', 'the ticket of this call is unknown: its request has ended');
    const method = findMethod(calls, request);
    return { response: await method(request.request, { caller, ...limits }) };
  } catch (error) {
    return problemOf(error, calls);
  }
}

function readRequest(body: Uint8Array): RemoteRequest {
  try {
    return remoteRequest.decode(body);
  } catch (error) {
    throw new RpcError('parseError', `the call is not a remote_api.Request: ${messageOf(error)}`);
  }
}

function findMethod(calls: RemoteCalls, { service_name: name, method }: RemoteRequest): ApiMethod {
  const service = own(calls.services, name);
  const found = service && own(service, method);
  if (found) return found;
  if (calls.disabledServices.has(name)) {
    throw new RpcError('featureDisabled', `this platform does not offer the API ${name}`);
  }
  throw new RpcError('callNotFound', `there is no call ${name}.${method}`);
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function problemOf(error: unknown, calls: RemoteCalls): RemoteResponse {
  if (error instanceof ApplicationError) return { application_error: { code: error.code, detail: error.message } };
  if (error instanceof RpcError) return { rpc_error: { code: error.code, detail: error.message } };
  if (error instanceof UnreadableRequest) return problemOf(new RpcError('parseError', error.message), calls);
  calls.onDefect(error);
  return problemOf(new RpcError('unknown', 'the platform failed'), calls);
}
