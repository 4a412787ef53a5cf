/** The messages of the task queue service. Names, addresses and headers are bytes on the wire and text here. */
import { type Empty, schema } from './codec.ts';

const definitions = schema(`
  message Empty {}
  message RetryParameters {
    optional int32 retry_limit = 1;
    optional int64 age_limit_sec = 2;
    optional double min_backoff_sec = 3;
    optional double max_backoff_sec = 4;
    optional int32 max_doublings = 5;
  }
  message AddRequest {
    required string queue_name = 1;
    required string task_name = 2;
    required int64 eta_usec = 3;
    optional string url = 4;
    optional int32 method = 5;
    repeated group Header = 6 { required string key = 7; required string value = 8; }
    optional bytes body = 9;
    optional bytes transaction = 10;
    optional RetryParameters retry_parameters = 17;
    optional int32 mode = 18;
    optional string tag = 19;
    optional bytes datastore_transaction = 21;
  }
  message AddResponse { optional string chosen_task_name = 1; }
  message BulkAddRequest { repeated AddRequest add_request = 1; }
  message BulkAddResponse {
    repeated group TaskResult = 1 { required int32 result = 2; optional string chosen_task_name = 3; }
  }
  message DeleteRequest { required string queue_name = 1; repeated string task_name = 2; }
  message DeleteResponse { repeated int32 result = 3; }
  message TaskName { required string queue_name = 2; required string task_name = 3; }
  message ForceRunResponse { required int32 result = 3; }
  message QueueName { required string queue_name = 2; }
  message PauseQueueRequest { required string queue_name = 2; required bool pause = 3; }
  message FetchQueuesResponse {
    repeated group Queue = 1 {
      required string queue_name = 2;
      required double bucket_refill_per_second = 3;
      required double bucket_capacity = 4;
      required bool paused = 6;
      optional RetryParameters retry_parameters = 7;
      optional int32 max_concurrent_requests = 8;
      optional int32 mode = 9;
    }
  }
  message FetchQueueStatsRequest { repeated string queue_name = 2; }
  message ScannerInfo {
    required int64 executed_last_minute = 1;
    required int64 executed_last_hour = 2;
    required double sampling_duration_seconds = 3;
    optional int32 requests_in_flight = 4;
    optional double enforced_rate = 5;
  }
  message FetchQueueStatsResponse {
    repeated group QueueStats = 1 {
      required int32 num_tasks = 2;
      required int64 oldest_eta_usec = 3;
      optional ScannerInfo scanner_info = 4;
    }
  }
  message QueryTasksRequest { required string queue_name = 2; optional int32 max_rows = 5; }
  message QueryTasksResponse {
    repeated group Task = 1 {
      required string task_name = 2;
      required int64 eta_usec = 3;
      optional string url = 4;
      optional int32 method = 5;
      optional int32 retry_count = 6;
      optional int32 body_size = 10;
      required int64 creation_time_usec = 12;
      optional string tag = 25;
    }
  }
  message FetchTaskResponse { required QueryTasksResponse task = 1; }
  message QueryAndOwnRequest {
    required string queue_name = 1;
    required double lease_seconds = 2;
    required int64 max_tasks = 3;
    optional bool group_by_tag = 4;
    optional string tag = 5;
  }
  message QueryAndOwnResponse {
    repeated group Task = 1 {
      required string task_name = 2;
      required int64 eta_usec = 3;
      optional int32 retry_count = 4;
      optional bytes body = 5;
      optional string tag = 6;
    }
  }
  message ModifyLeaseRequest {
    required string queue_name = 1;
    required string task_name = 2;
    required int64 eta_usec = 3;
    required double lease_seconds = 4;
  }
  message ModifyLeaseResponse { required int64 updated_eta_usec = 1; }
`);

export interface RetryParameters {
  readonly retry_limit?: number;
  readonly age_limit_sec?: number;
  readonly min_backoff_sec?: number;
  readonly max_backoff_sec?: number;
  readonly max_doublings?: number;
}

export interface AddRequest {
  readonly queue_name: string;
  /** Empty: the service chooses one. */
  readonly task_name: string;
  readonly eta_usec: number;
  readonly url?: string;
  readonly method?: number;
  readonly header: readonly { readonly key: string; readonly value: string }[];
  readonly body?: Uint8Array;
  readonly transaction?: Uint8Array;
  readonly retry_parameters?: RetryParameters;
  readonly mode?: number;
  readonly tag?: string;
  readonly datastore_transaction?: Uint8Array;
}

export interface TaskResult {
  readonly result: number;
  readonly chosen_task_name?: string;
}

export interface QueueMessage {
  readonly queue_name: string;
  readonly bucket_refill_per_second: number;
  readonly bucket_capacity: number;
  readonly paused: boolean;
  readonly retry_parameters?: RetryParameters;
  readonly max_concurrent_requests?: number;
  readonly mode: number;
}

export interface QueueStatsMessage {
  readonly num_tasks: number;
  /** -1: there are none. */
  readonly oldest_eta_usec: number;
  readonly scanner_info: {
    readonly executed_last_minute: number;
    readonly executed_last_hour: number;
    readonly sampling_duration_seconds: number;
    readonly requests_in_flight: number;
    readonly enforced_rate?: number;
  };
}

export interface TaskMessage {
  readonly task_name: string;
  readonly eta_usec: number;
  readonly url: string;
  readonly method: number;
  readonly retry_count: number;
  readonly body_size: number;
  readonly creation_time_usec: number;
  readonly tag?: string;
}

export interface LeasedTaskMessage {
  readonly task_name: string;
  readonly eta_usec: number;
  readonly retry_count: number;
  readonly body: Uint8Array;
  readonly tag?: string;
}

export interface LeaseMessage {
  readonly queue_name: string;
  readonly lease_seconds: number;
  readonly max_tasks: number;
  readonly group_by_tag?: boolean;
  readonly tag?: string;
}

interface TaskName {
  readonly queue_name: string;
  readonly task_name: string;
}

interface TaskNames {
  readonly queue_name: string;
  readonly task_name: readonly string[];
}

interface TaskRows {
  readonly task: readonly TaskMessage[];
}

export const taskQueueMessages = {
  empty: definitions.message<Empty>('Empty'),
  addRequest: definitions.message<AddRequest>('AddRequest'),
  addResponse: definitions.message<{ readonly chosen_task_name: string }>('AddResponse'),
  bulkAddRequest: definitions.message<{ readonly add_request: readonly AddRequest[] }>('BulkAddRequest'),
  bulkAddResponse: definitions.message<{ readonly taskResult: readonly TaskResult[] }>('BulkAddResponse'),
  deleteRequest: definitions.message<TaskNames>('DeleteRequest'),
  deleteResponse: definitions.message<{ readonly result: readonly number[] }>('DeleteResponse'),
  taskName: definitions.message<TaskName>('TaskName'),
  forceRunResponse: definitions.message<{ readonly result: number }>('ForceRunResponse'),
  queueName: definitions.message<{ readonly queue_name: string }>('QueueName'),
  pauseQueueRequest: definitions.message<{ readonly queue_name: string; readonly pause: boolean }>('PauseQueueRequest'),
  fetchQueuesResponse: definitions.message<{ readonly queue: readonly QueueMessage[] }>('FetchQueuesResponse'),
  fetchQueueStatsRequest: definitions.message<{ readonly queue_name: readonly string[] }>('FetchQueueStatsRequest'),
  fetchQueueStatsResponse: definitions.message<{ readonly queueStats: readonly QueueStatsMessage[] }>(
    'FetchQueueStatsResponse',
  ),
  queryTasksRequest: definitions.message<{ readonly queue_name: string; readonly max_rows?: number }>(
    'QueryTasksRequest',
  ),
  queryTasksResponse: definitions.message<TaskRows>('QueryTasksResponse'),
  fetchTaskResponse: definitions.message<{ readonly task: TaskRows }>('FetchTaskResponse'),
  queryAndOwnRequest: definitions.message<LeaseMessage>('QueryAndOwnRequest'),
  queryAndOwnResponse: definitions.message<{ readonly task: readonly LeasedTaskMessage[] }>('QueryAndOwnResponse'),
  modifyLeaseRequest: definitions.message<TaskName & { readonly eta_usec: number; readonly lease_seconds: number }>(
    'ModifyLeaseRequest',
  ),
  modifyLeaseResponse: definitions.message<{ readonly updated_eta_usec: number }>('ModifyLeaseResponse'),
};

export const taskQueueErrors = {
  ok: 0,
  unknownQueue: 1,
  internalError: 3,
  taskTooLarge: 4,
  invalidTaskName: 5,
  invalidQueueName: 6,
  invalidUrl: 7,
  permissionDenied: 9,
  taskAlreadyExists: 10,
  tombstonedTask: 11,
  invalidEta: 12,
  invalidRequest: 13,
  unknownTask: 14,
  tombstonedQueue: 15,
  skipped: 17,
  tooManyTasks: 18,
  invalidQueueMode: 21,
  taskLeaseExpired: 25,
  queuePaused: 26,
  invalidTag: 27,
} as const;

export const PULL = 1;
