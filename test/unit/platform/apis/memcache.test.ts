/** The cache itself: time, room, locks. What clients see of it is in test/platform/apis. */
import { describe, expect, it } from 'vitest';
import { increment, incrementOrError } from '../../../../src/platform/apis/memcache/increment.ts';
import { Memcache } from '../../../../src/platform/apis/memcache/memcache.ts';
import { createMemcacheService } from '../../../../src/platform/apis/memcache/memcache-service.ts';
import { memcacheMessages as messages } from '../../../../src/platform/apis/protocol/memcache.ts';
import { createFakeClock } from '../../../fake-clock.ts';
import { apiCall } from './caller.ts';

const item = (text: string, expiration = 0) => ({ value: Buffer.from(text), flags: 0, expiration });
const text = (found: { readonly value: Uint8Array } | undefined) => found && Buffer.from(found.value).toString();

describe('memcache', () => {
  it('forgets at the time said, relative up to 30 days and absolute beyond', async () => {
    const clock = createFakeClock();
    const cache = new Memcache(clock);
    cache.set('soon', item('a', 10));
    cache.set('absolute', item('b', Math.floor(clock.now() / 1000) + 20));
    cache.set('never', item('c'));
    await clock.advance(9_999);
    expect(text(cache.get('soon'))).toBe('a');
    await clock.advance(1);
    expect(cache.get('soon')).toBeUndefined();
    expect(text(cache.get('absolute'))).toBe('b');
    await clock.advance(10_000);
    expect(cache.get('absolute')).toBeUndefined();
    expect(text(cache.get('never'))).toBe('c');
  });

  it('drops what was not used for longest when it is full', () => {
    const cache = new Memcache(createFakeClock(), 3 * (1 + 100 + 128));
    for (const key of ['a', 'b', 'c']) cache.set(key, item('x'.repeat(100)));
    cache.get('a');
    cache.set('d', item('x'.repeat(100)));
    expect(['a', 'b', 'c', 'd'].filter((key) => cache.peek(key))).toEqual(['a', 'c', 'd']);
    expect(cache.statistics().bytes).toBe(3 * 101);
    cache.set('huge', item('x'.repeat(2000)));
    expect(cache.statistics().items).toBe(0);
  });

  it('counts hits, misses and bytes', async () => {
    const clock = createFakeClock();
    const cache = new Memcache(clock);
    cache.set('ab', item('cdef'));
    cache.get('ab');
    cache.get('nothing');
    await clock.advance(5_000);
    expect(cache.statistics()).toEqual({ hits: 1, misses: 1, byteHits: 6, items: 1, bytes: 6, oldestAgeSeconds: 5 });
    cache.clear();
    expect(cache.statistics()).toEqual({ hits: 0, misses: 0, byteHits: 0, items: 0, bytes: 0, oldestAgeSeconds: 0 });
  });

  it('counts in decimal text, wraps upwards, stops at zero', () => {
    const cache = new Memcache(createFakeClock());
    cache.set('n', item('18446744073709551615'));
    const request = { key: Buffer.from('n') };
    expect(increment(cache, 'n', request)).toEqual({ increment_status: 1, new_value: '0' });
    expect(increment(cache, 'n', { ...request, delta: '5' })).toMatchObject({ new_value: '5' });
    expect(increment(cache, 'n', { ...request, delta: '9', direction: 2 })).toMatchObject({ new_value: '0' });
    expect(increment(cache, 'absent', request)).toEqual({ increment_status: 2 });
    cache.set('word', item('word'));
    expect(() => increment(cache, 'word', request)).toThrow(expect.objectContaining({ code: 6 }));
    expect(incrementOrError(cache, 'word', request)).toEqual({ increment_status: 3 });
  });
});

describe('the service', () => {
  function service() {
    const clock = createFakeClock();
    const { Set: put, Get, Delete, GrabTail } = createMemcacheService({ clock });
    if (!put || !Get || !Delete || !GrabTail) throw new Error('methods are missing');
    const set = async (key: string, set_policy: number, more: object = {}, call = apiCall()) => {
      const one = { key: Buffer.from(key), value: Buffer.from('v'), set_policy };
      const answer = await put(messages.setRequest.encode({ item: [one], ...more }), call);
      return messages.setResponse.decode(answer).set_status[0];
    };
    const get = async (key: string, more: object = {}, call = apiCall()) => {
      const answer = await Get(messages.getRequest.encode({ key: [Buffer.from(key)], ...more }), call);
      return messages.getResponse.decode(answer).item[0];
    };
    const remove = async (key: string, delete_time = 0) => {
      const request = messages.deleteRequest.encode({ item: [{ key: Buffer.from(key), delete_time }] });
      return messages.deleteResponse.decode(await Delete(request, apiCall())).delete_status[0];
    };
    return { clock, set, get, remove, GrabTail };
  }

  it('locks a key against add when it is deleted with a time', async () => {
    const { clock, set, get, remove } = service();
    expect(await set('k', 1)).toBe(1);
    expect(await remove('k', 5)).toBe(1);
    expect(await remove('k', 5)).toBe(2);
    expect(await get('k')).toBeUndefined();
    expect(await set('k', 2)).toBe(2);
    expect(await set('k', 3)).toBe(2);
    expect((await get('k', { for_peek: true }))?.is_delete_locked).toBe(true);
    await clock.advance(5_000);
    expect(await set('k', 2)).toBe(1);
    await remove('k', 5);
    expect(await set('k', 1)).toBe(1);
  });

  it('5.5b 5.4c keeps applications and namespaces apart', async () => {
    const { set, get } = service();
    const other = apiCall({}, { application: 'other' });
    await set('k', 1);
    expect(await get('k', {}, other)).toBeUndefined();
    expect(await get('k', { name_space: 'n' })).toBeUndefined();
    await set('k', 1, { name_space: 'n' });
    expect(await get('k', { name_space: 'n' })).toBeDefined();
    // A namespace and a key can't be put together to another pair.
    await set('b', 1, { name_space: 'x\0a' });
    expect(await get('a\0b', { name_space: 'x' })).toBeUndefined();
  });

  it('5.5b refuses keys and values that are too large', async () => {
    const { set } = service();
    expect(await set('k'.repeat(251), 1)).toBe(3);
    expect(await set('k', 9)).toBe(3);
  });

  it('takes the oldest of a namespace out', async () => {
    const { set, get, GrabTail } = service();
    await set('a', 1, { name_space: 'n' });
    await set('b', 1, { name_space: 'n' });
    const answer = await GrabTail(messages.grabTailRequest.encode({ item_count: 1, name_space: 'n' }), apiCall());
    expect(messages.grabTailResponse.decode(answer).item).toHaveLength(1);
    expect(await get('a', { name_space: 'n' })).toBeUndefined();
    expect(await get('b', { name_space: 'n' })).toBeDefined();
    const without = GrabTail(messages.grabTailRequest.encode({ item_count: 1 }), apiCall());
    await expect(without).rejects.toMatchObject({ code: 2 });
  });
});
