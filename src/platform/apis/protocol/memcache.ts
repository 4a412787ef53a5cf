/** The messages of the memcache service. 64-bit numbers are decimal strings: counters use all their bits. */
import { type Empty, schema } from './codec.ts';

const definitions = schema(
  `
  message Empty {}
  message GetRequest {
    repeated bytes key = 1;
    optional string name_space = 2;
    optional bool for_cas = 4;
    optional bool for_peek = 6;
  }
  message ItemTimestamps {
    optional int64 expiration_time_sec = 1;
    optional int64 last_access_time_sec = 2;
    optional int64 delete_lock_time_sec = 3;
  }
  message GetResponse {
    repeated group Item = 1 {
      required bytes key = 2;
      required bytes value = 3;
      optional fixed32 flags = 4;
      optional fixed64 cas_id = 5;
      optional ItemTimestamps timestamps = 8;
      optional bool is_delete_locked = 9;
    }
  }
  message SetRequest {
    repeated group Item = 1 {
      required bytes key = 2;
      required bytes value = 3;
      optional fixed32 flags = 4;
      optional int32 set_policy = 5;
      optional fixed32 expiration_time = 6;
      optional fixed64 cas_id = 8;
    }
    optional string name_space = 7;
  }
  message SetResponse { repeated int32 set_status = 1; }
  message DeleteRequest {
    repeated group Item = 1 {
      required bytes key = 2;
      optional fixed32 delete_time = 3;
    }
    optional string name_space = 4;
  }
  message DeleteResponse { repeated int32 delete_status = 1; }
  message IncrementRequest {
    required bytes key = 1;
    optional uint64 delta = 2;
    optional int32 direction = 3;
    optional string name_space = 4;
    optional uint64 initial_value = 5;
    optional fixed32 initial_flags = 6;
  }
  message IncrementResponse { optional uint64 new_value = 1; optional int32 increment_status = 2; }
  message BatchIncrementRequest { optional string name_space = 1; repeated IncrementRequest item = 2; }
  message BatchIncrementResponse { repeated IncrementResponse item = 1; }
  message GrabTailRequest { required int32 item_count = 1; optional string name_space = 2; }
  message GrabTailResponse {
    repeated group Item = 1 { required bytes value = 2; optional fixed32 flags = 3; }
  }
  message Stats {
    required uint64 hits = 1;
    required uint64 misses = 2;
    required uint64 byte_hits = 3;
    required uint64 items = 4;
    required uint64 bytes = 5;
    required fixed32 oldest_item_age = 6;
  }
  message StatsResponse { optional Stats stats = 1; }
`,
  { hasLargeNumbers: true },
);

export interface MemcacheGet {
  readonly key: readonly Uint8Array[];
  readonly name_space?: string;
  readonly for_cas?: boolean;
  readonly for_peek?: boolean;
}

export interface MemcacheFound {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly flags: number;
  readonly cas_id?: string;
  readonly timestamps?: {
    readonly expiration_time_sec?: number;
    readonly last_access_time_sec: number;
    readonly delete_lock_time_sec?: number;
  };
  readonly is_delete_locked?: boolean;
}

export interface MemcacheSetItem {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly flags?: number;
  readonly set_policy?: number;
  /** Seconds from now up to 30 days, else since the epoch. */
  readonly expiration_time?: number;
  readonly cas_id?: string;
}

export interface MemcacheIncrement {
  readonly key: Uint8Array;
  readonly delta?: string;
  readonly direction?: number;
  readonly name_space?: string;
  readonly initial_value?: string;
  readonly initial_flags?: number;
}

export interface MemcacheIncremented {
  readonly new_value?: string;
  readonly increment_status: number;
}

export interface MemcacheStats {
  readonly hits: number;
  readonly misses: number;
  readonly byte_hits: number;
  readonly items: number;
  readonly bytes: number;
  /** Seconds since the item that was not used for longest was last used. */
  readonly oldest_item_age: number;
}

export const memcacheMessages = {
  empty: definitions.message<Empty>('Empty'),
  getRequest: definitions.message<MemcacheGet>('GetRequest'),
  getResponse: definitions.message<{ readonly item: readonly MemcacheFound[] }>('GetResponse'),
  setRequest: definitions.message<{ readonly item: readonly MemcacheSetItem[]; readonly name_space?: string }>(
    'SetRequest',
  ),
  setResponse: definitions.message<{ readonly set_status: readonly number[] }>('SetResponse'),
  deleteRequest: definitions.message<{
    readonly item: readonly { readonly key: Uint8Array; readonly delete_time?: number }[];
    readonly name_space?: string;
  }>('DeleteRequest'),
  deleteResponse: definitions.message<{ readonly delete_status: readonly number[] }>('DeleteResponse'),
  incrementRequest: definitions.message<MemcacheIncrement>('IncrementRequest'),
  incrementResponse: definitions.message<MemcacheIncremented>('IncrementResponse'),
  batchIncrementRequest: definitions.message<{
    readonly name_space?: string;
    readonly item: readonly MemcacheIncrement[];
  }>('BatchIncrementRequest'),
  batchIncrementResponse: definitions.message<{ readonly item: readonly MemcacheIncremented[] }>(
    'BatchIncrementResponse',
  ),
  grabTailRequest: definitions.message<{ readonly item_count: number; readonly name_space?: string }>(
    'GrabTailRequest',
  ),
  grabTailResponse: definitions.message<{
    readonly item: readonly { readonly value: Uint8Array; readonly flags: number }[];
  }>('GrabTailResponse'),
  statsResponse: definitions.message<{ readonly stats: MemcacheStats }>('StatsResponse'),
};

export const setPolicies = { set: 1, add: 2, replace: 3, cas: 4 } as const;
export const setStatuses = { stored: 1, notStored: 2, error: 3, exists: 4 } as const;
export const deleteStatuses = { deleted: 1, notFound: 2 } as const;
export const incrementStatuses = { ok: 1, notChanged: 2, error: 3 } as const;
export const memcacheErrors = { unspecified: 1, namespaceNotSet: 2, invalidValue: 6 } as const;
export const DECREMENT = 2;
