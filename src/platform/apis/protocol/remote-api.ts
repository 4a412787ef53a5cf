/** The envelope of every call (App Engine's remote_api). */
import { schema } from './codec.ts';

const definitions = schema(`
  message Request {
    required string service_name = 2;
    required string method = 3;
    required bytes request = 4;
    optional string request_id = 5;
  }
  message Problem {
    required int32 code = 1;
    optional string detail = 2;
  }
  message Response {
    optional bytes response = 1;
    optional Problem application_error = 3;
    optional Problem rpc_error = 5;
  }
`);

export interface RemoteRequest {
  readonly service_name: string;
  readonly method: string;
  readonly request: Uint8Array;
  /** The ticket. */
  readonly request_id?: string;
}

export interface RemoteProblem {
  readonly code: number;
  readonly detail?: string;
}

export interface RemoteResponse {
  readonly response?: Uint8Array;
  readonly application_error?: RemoteProblem;
  readonly rpc_error?: RemoteProblem;
}

export const remoteRequest = definitions.message<RemoteRequest>('Request');
export const remoteResponse = definitions.message<RemoteResponse>('Response');
