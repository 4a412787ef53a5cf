/** Counters in memcache: decimal text, 64 bits, wrapping upwards and stopping at zero downwards. */

import { ApplicationError } from '../api-problem.ts';
import {
  DECREMENT,
  incrementStatuses,
  type MemcacheIncrement,
  type MemcacheIncremented,
  memcacheErrors,
} from '../protocol/memcache.ts';
import type { Memcache } from './memcache.ts';

const WRAP = 1n << 64n;

/** @throws ApplicationError INVALID_VALUE for a value that is not a number */
export function increment(cache: Memcache, key: string, request: MemcacheIncrement): MemcacheIncremented {
  const found = cache.get(key);
  if (!found && request.initial_value === undefined) return { increment_status: incrementStatuses.notChanged };
  const before = found ? numberIn(found.value) : BigInt(request.initial_value ?? 0);
  const delta = BigInt(request.delta ?? 1);
  const after = request.direction === DECREMENT ? max(before - delta, 0n) : (before + delta) % WRAP;
  const value = Buffer.from(String(after));
  if (found) cache.replaceValue(key, found, value);
  else cache.set(key, { value, flags: request.initial_flags ?? 0, expiration: 0 });
  return { increment_status: incrementStatuses.ok, new_value: String(after) };
}

/** One that fails does not stop the others. */
export function incrementOrError(cache: Memcache, key: string, request: MemcacheIncrement): MemcacheIncremented {
  try {
    return increment(cache, key, request);
  } catch (error) {
    if (!(error instanceof ApplicationError)) throw error;
    return { increment_status: incrementStatuses.error };
  }
}

function numberIn(value: Uint8Array): bigint {
  const text = Buffer.from(value).toString('latin1');
  if (!/^\d{1,20}$/.test(text) || BigInt(text) >= WRAP) {
    throw new ApplicationError(memcacheErrors.invalidValue, 'the value is not a decimal number of 64 bits');
  }
  return BigInt(text);
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
