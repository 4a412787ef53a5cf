/** The service `memcache`: one cache an application, shared by all its modules (S3). */
import type { Clock } from '../../../support/clock.ts';
import { ApplicationError } from '../api-problem.ts';
import { type ApiCall, type ApiService, apiMethod } from '../api-service.ts';
import {
  deleteStatuses,
  type MemcacheFound,
  type MemcacheGet,
  type MemcacheSetItem,
  memcacheErrors,
  memcacheMessages as messages,
  setPolicies,
  setStatuses,
} from '../protocol/memcache.ts';
import { increment, incrementOrError } from './increment.ts';
import { type CacheItem, Memcache } from './memcache.ts';

/** App Engine's limits; clients shorten longer keys themselves. */
const MAX_KEY_BYTES = 250;
const MAX_VALUE_BYTES = 1_000_000;

export function createMemcacheService(options: { readonly clock: Clock; readonly maxBytes?: number }): ApiService {
  const caches = new Map<string, Memcache>();
  const cacheOf = ({ caller }: ApiCall): Memcache => {
    const { application } = caller.deployment;
    const cache = caches.get(application) ?? new Memcache(options.clock, options.maxBytes);
    caches.set(application, cache);
    return cache;
  };
  return {
    Get: apiMethod(messages.getRequest, messages.getResponse, (request, call) => get(cacheOf(call), request)),
    Set: apiMethod(messages.setRequest, messages.setResponse, ({ item, name_space }, call) => ({
      set_status: item.map((one) => set(cacheOf(call), storedKey(name_space, one.key), one)),
    })),
    Delete: apiMethod(messages.deleteRequest, messages.deleteResponse, ({ item, name_space }, call) => ({
      delete_status: item.map(({ key, delete_time }) =>
        remove(cacheOf(call), storedKey(name_space, key), delete_time ?? 0),
      ),
    })),
    Increment: apiMethod(messages.incrementRequest, messages.incrementResponse, (request, call) =>
      increment(cacheOf(call), storedKey(request.name_space, request.key), request),
    ),
    BatchIncrement: apiMethod(
      messages.batchIncrementRequest,
      messages.batchIncrementResponse,
      ({ item, name_space }, call) => ({
        item: item.map((one) => incrementOrError(cacheOf(call), storedKey(name_space, one.key), one)),
      }),
    ),
    FlushAll: apiMethod(messages.empty, messages.empty, (_, call) => {
      cacheOf(call).clear();
      return {};
    }),
    GrabTail: apiMethod(messages.grabTailRequest, messages.grabTailResponse, ({ item_count, name_space }, call) => {
      if (!name_space) throw new ApplicationError(memcacheErrors.namespaceNotSet, 'GrabTail needs a namespace');
      const taken = cacheOf(call).grabTail(prefixOf(name_space), item_count);
      return { item: taken.map(({ value, flags }) => ({ value, flags })) };
    }),
    Stats: apiMethod(messages.empty, messages.statsResponse, (_, call) => {
      const { hits, misses, byteHits, items, bytes, oldestAgeSeconds } = cacheOf(call).statistics();
      return { stats: { hits, misses, byte_hits: byteHits, items, bytes, oldest_item_age: oldestAgeSeconds } };
    }),
  };
}

function get(cache: Memcache, request: MemcacheGet): { readonly item: readonly MemcacheFound[] } {
  const keys = new Map(request.key.map((key) => [storedKey(request.name_space, key), key]));
  const item: MemcacheFound[] = [];
  for (const [stored, key] of keys) {
    const found = request.for_peek === true ? cache.peek(stored) : cache.get(stored);
    if (!found) continue;
    const { value, flags, casId } = found;
    item.push({
      key,
      value,
      flags,
      ...(request.for_cas === true ? { cas_id: String(casId) } : {}),
      ...(request.for_peek === true ? peeked(found) : {}),
    });
  }
  return { item };
}

function peeked({ expiresAt, usedAt, lockedUntil }: CacheItem): Partial<MemcacheFound> {
  return {
    is_delete_locked: lockedUntil !== undefined,
    timestamps: {
      last_access_time_sec: Math.floor(usedAt),
      ...(expiresAt === undefined ? {} : { expiration_time_sec: Math.floor(expiresAt) }),
      ...(lockedUntil === undefined ? {} : { delete_lock_time_sec: Math.floor(lockedUntil) }),
    },
  };
}

function set(cache: Memcache, key: string, item: MemcacheSetItem): number {
  if (item.key.length > MAX_KEY_BYTES || item.value.length > MAX_VALUE_BYTES) return setStatuses.error;
  const status = setStatus(cache.peek(key), item);
  if (status === setStatuses.stored) {
    // A copy: the value is a view into the whole request's bytes, which it would keep in memory.
    const value = Uint8Array.from(item.value);
    cache.set(key, { value, flags: item.flags ?? 0, expiration: item.expiration_time ?? 0 });
  }
  return status;
}

function setStatus(before: CacheItem | undefined, item: MemcacheSetItem): number {
  const isLocked = before?.lockedUntil !== undefined;
  const isThere = before !== undefined && !isLocked;
  switch (item.set_policy ?? setPolicies.set) {
    case setPolicies.set:
      return setStatuses.stored;
    case setPolicies.add:
      return before === undefined ? setStatuses.stored : setStatuses.notStored;
    case setPolicies.replace:
      return isThere ? setStatuses.stored : setStatuses.notStored;
    case setPolicies.cas:
      if (!isThere || item.cas_id === undefined) return setStatuses.notStored;
      return String(before.casId) === item.cas_id ? setStatuses.stored : setStatuses.exists;
    default:
      return setStatuses.error;
  }
}

function remove(cache: Memcache, key: string, lockSeconds: number): number {
  const item = cache.peek(key);
  if (!item || item.lockedUntil !== undefined) return deleteStatuses.notFound;
  if (lockSeconds > 0) cache.lock(key, item, lockSeconds);
  else cache.remove(key);
  return deleteStatuses.deleted;
}

/** Keys are bytes: as Latin-1 each stays itself. */
function storedKey(namespace: string | undefined, key: Uint8Array): string {
  return prefixOf(namespace) + Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
}

function prefixOf(namespace = ''): string {
  return `${encodeURIComponent(namespace)}\0`;
}
