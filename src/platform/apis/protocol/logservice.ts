/** The messages of the log service. Times are microseconds since the epoch. */
import { type Empty, schema } from './codec.ts';

const definitions = schema(`
  message Empty {}
  message UserAppLogLine { required int64 timestamp_usec = 1; required int64 level = 2; required string message = 3; }
  message UserAppLogGroup { repeated UserAppLogLine log_line = 2; }
  message FlushRequest { optional bytes logs = 1; }
  message LogOffset { optional bytes request_id = 1; }
  message LogLine { required int64 time = 1; required int32 level = 2; required string log_message = 3; }
  message RequestLog {
    required string app_id = 1;
    required string version_id = 2;
    required bytes request_id = 3;
    required string ip = 4;
    optional string nickname = 5;
    required int64 start_time = 6;
    required int64 end_time = 7;
    required int64 latency = 8;
    required int64 mcycles = 9;
    required string method = 10;
    required string resource = 11;
    required string http_version = 12;
    required int32 status = 13;
    required int64 response_size = 14;
    optional string referrer = 15;
    optional string user_agent = 16;
    required string url_map_entry = 17;
    required string combined = 18;
    optional string host = 20;
    optional string task_queue_name = 22;
    optional string task_name = 23;
    optional bool was_loading_request = 24;
    optional int64 pending_time = 25;
    optional int32 replica_index = 26;
    optional bool finished = 27;
    optional bytes clone_key = 28;
    repeated LogLine line = 29;
    optional LogOffset offset = 35;
    optional bool lines_incomplete = 36;
    optional string module_id = 37;
    optional bytes app_engine_release = 38;
  }
  message LogModuleVersion { optional string module_id = 1; optional string version_id = 2; }
  message LogReadRequest {
    required string app_id = 1;
    repeated string version_id = 2;
    optional int64 start_time = 3;
    optional int64 end_time = 4;
    optional LogOffset offset = 5;
    repeated bytes request_id = 6;
    optional int32 minimum_log_level = 7;
    optional bool include_incomplete = 8;
    optional int64 count = 9;
    optional bool include_app_logs = 10;
    optional string combined_log_regex = 14;
    optional string host_regex = 15;
    optional int32 app_logs_per_request = 17;
    repeated LogModuleVersion module_version = 19;
  }
  message LogReadResponse { repeated RequestLog log = 1; optional LogOffset offset = 2; optional int64 last_end_time = 3; }
  message SetStatusRequest { required string status = 1; }
`);

export interface UserAppLogLine {
  readonly timestamp_usec: number;
  readonly level: number;
  readonly message: string;
}

export interface LogOffset {
  readonly request_id?: Uint8Array;
}

export interface LogReadRequest {
  readonly version_id: readonly string[];
  readonly module_version: readonly { readonly module_id?: string; readonly version_id?: string }[];
  readonly start_time?: number;
  readonly end_time?: number;
  readonly offset?: LogOffset;
  readonly request_id: readonly Uint8Array[];
  readonly minimum_log_level?: number;
  readonly include_incomplete?: boolean;
  readonly count?: number;
  readonly include_app_logs?: boolean;
  readonly combined_log_regex?: string;
  readonly host_regex?: string;
  readonly app_logs_per_request?: number;
}

export interface LogLine {
  readonly time: number;
  readonly level: number;
  readonly log_message: string;
}

export interface RequestLogMessage {
  readonly app_id: string;
  readonly version_id: string;
  readonly module_id: string;
  readonly request_id: Uint8Array;
  readonly ip: string;
  readonly start_time: number;
  readonly end_time: number;
  readonly latency: number;
  readonly mcycles: number;
  readonly method: string;
  readonly resource: string;
  readonly http_version: string;
  readonly status: number;
  readonly response_size: number;
  readonly referrer?: string;
  readonly user_agent?: string;
  readonly url_map_entry: string;
  readonly combined: string;
  readonly host?: string;
  readonly task_queue_name?: string;
  readonly task_name?: string;
  readonly was_loading_request?: boolean;
  readonly pending_time?: number;
  readonly replica_index?: number;
  readonly finished?: boolean;
  readonly clone_key?: Uint8Array;
  readonly line?: readonly LogLine[];
  readonly offset?: LogOffset;
  readonly lines_incomplete?: boolean;
  readonly app_engine_release?: Uint8Array;
}

export interface LogReadResponse {
  readonly log: readonly RequestLogMessage[];
  /** Where a next call goes on; absent when nothing is left. */
  readonly offset?: LogOffset;
  readonly last_end_time?: number;
}

export const logMessages = {
  empty: definitions.message<Empty>('Empty'),
  flushRequest: definitions.message<{ readonly logs?: Uint8Array }>('FlushRequest'),
  userAppLogGroup: definitions.message<{ readonly log_line: readonly UserAppLogLine[] }>('UserAppLogGroup'),
  setStatusRequest: definitions.message<{ readonly status: string }>('SetStatusRequest'),
  logReadRequest: definitions.message<LogReadRequest>('LogReadRequest'),
  logReadResponse: definitions.message<LogReadResponse>('LogReadResponse'),
};

export const logErrors = { invalidRequest: 1, storageError: 2 } as const;
