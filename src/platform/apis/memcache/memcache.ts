/** The memcache of one application: bounded, the item that was not used for longest goes first. */
import type { Clock } from '../../../support/clock.ts';

export interface CacheItem {
  readonly value: Uint8Array;
  readonly flags: number;
  readonly casId: bigint;
  /** Seconds since the epoch; undefined: never. */
  readonly expiresAt: number | undefined;
  /** Seconds since the epoch. */
  readonly usedAt: number;
  /** Deleted with a lock: `add` fails until then. Seconds since the epoch. */
  readonly lockedUntil: number | undefined;
}

export interface NewItem {
  readonly value: Uint8Array;
  readonly flags: number;
  /** As in the protocol: 0 never, up to 30 days from now, else since the epoch. */
  readonly expiration: number;
}

export interface CacheStatistics {
  readonly hits: number;
  readonly misses: number;
  readonly byteHits: number;
  readonly items: number;
  readonly bytes: number;
  readonly oldestAgeSeconds: number;
}

/** Of keys and values; what the tables themselves take comes on top. */
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
/** Charged for each item, so that many small ones are bounded too. */
const ITEM_OVERHEAD = 128;
const MONTH_SECONDS = 30 * 24 * 3600;

export class Memcache {
  readonly #clock: Clock;
  readonly #maxBytes: number;
  /** In order of use, by namespace and key. */
  readonly #items = new Map<string, CacheItem>();
  #bytes = 0;
  #lastCasId = 0n;
  #hits = 0;
  #misses = 0;
  #byteHits = 0;

  constructor(clock: Clock, maxBytes = DEFAULT_MAX_BYTES) {
    this.#clock = clock;
    this.#maxBytes = maxBytes;
  }

  /** Counts a hit or a miss; a locked item is a miss. */
  get(key: string): CacheItem | undefined {
    const item = this.peek(key);
    if (!item || item.lockedUntil !== undefined) {
      this.#misses += 1;
      return undefined;
    }
    this.#hits += 1;
    this.#byteHits += key.length + item.value.length;
    this.#items.delete(key);
    const used = { ...item, usedAt: this.#now() };
    this.#items.set(key, used);
    return used;
  }

  /** Without using it; locked ones too. */
  peek(key: string): CacheItem | undefined {
    const item = this.#items.get(key);
    if (!item || !isOver(item, this.#now())) return item;
    this.remove(key);
    return undefined;
  }

  set(key: string, { value, flags, expiration }: NewItem): void {
    this.#lastCasId += 1n;
    this.#put(key, {
      value,
      flags,
      casId: this.#lastCasId,
      expiresAt: expiration === 0 ? undefined : this.#absolute(expiration),
      usedAt: this.#now(),
      lockedUntil: undefined,
    });
  }

  /** Another value, everything else as it was. */
  replaceValue(key: string, item: CacheItem, value: Uint8Array): void {
    this.#lastCasId += 1n;
    this.#put(key, { ...item, value, casId: this.#lastCasId, usedAt: this.#now() });
  }

  remove(key: string): void {
    const item = this.#items.get(key);
    if (!item) return;
    this.#items.delete(key);
    this.#bytes -= sizeOf(key, item);
  }

  /** Gone for readers; `add` fails for as long as this. */
  lock(key: string, item: CacheItem, seconds: number): void {
    this.#put(key, { ...item, value: new Uint8Array(), expiresAt: undefined, lockedUntil: this.#absolute(seconds) });
  }

  /** Takes the items of one namespace out, those first that were not used for longest. */
  grabTail(prefix: string, count: number): readonly CacheItem[] {
    const taken: CacheItem[] = [];
    for (const key of [...this.#items.keys()]) {
      if (taken.length >= count) break;
      const item = key.startsWith(prefix) ? this.peek(key) : undefined;
      if (!item || item.lockedUntil !== undefined) continue;
      this.remove(key);
      taken.push(item);
    }
    return taken;
  }

  clear(): void {
    this.#items.clear();
    this.#bytes = 0;
    this.#hits = 0;
    this.#misses = 0;
    this.#byteHits = 0;
  }

  statistics(): CacheStatistics {
    const [oldest] = this.#items.values();
    return {
      hits: this.#hits,
      misses: this.#misses,
      byteHits: this.#byteHits,
      items: this.#items.size,
      bytes: this.#bytes - this.#items.size * ITEM_OVERHEAD,
      oldestAgeSeconds: oldest ? Math.max(0, Math.floor(this.#now() - oldest.usedAt)) : 0,
    };
  }

  #put(key: string, item: CacheItem): void {
    this.remove(key);
    this.#items.set(key, item);
    this.#bytes += sizeOf(key, item);
    for (const oldest of this.#items.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.remove(oldest);
    }
  }

  #absolute(seconds: number): number {
    return seconds > MONTH_SECONDS ? seconds : this.#now() + seconds;
  }

  #now(): number {
    return this.#clock.now() / 1000;
  }
}

function isOver(item: CacheItem, now: number): boolean {
  return (item.lockedUntil ?? item.expiresAt ?? Number.POSITIVE_INFINITY) <= now;
}

function sizeOf(key: string, item: CacheItem): number {
  return key.length + item.value.length + ITEM_OVERHEAD;
}
