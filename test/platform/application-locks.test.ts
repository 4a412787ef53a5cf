import { describe, expect, it } from 'vitest';
import { isAppcfgError } from '../../src/errors.ts';
import { ApiResources } from '../../src/platform/api-resources.ts';
import { ApplicationLocks, NO_LOCK_NEEDED } from '../../src/platform/application-locks.ts';
import { createFakeClock } from '../fake-clock.ts';
import { memoryStore } from './memory-store.ts';

const wish = { holder: 'ann', reason: 'why not', ttlMs: 30_000, isRenewed: true };

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return isAppcfgError(error) ? error.code : String(error);
  }
}

async function bench() {
  const store = await memoryStore();
  const clock = createFakeClock();
  return { clock, open: () => new ApplicationLocks(new ApiResources(store), clock) };
}

describe('a lock', () => {
  it('keeps out whoever does not hold it, says whose it is, and lets code of the application through', async () => {
    const locks = (await bench()).open();
    const { id } = locks.acquire('shop', wish);
    expect(codeOf(() => locks.check('shop', undefined))).toBe('application.locked');
    expect(codeOf(() => locks.check('shop', 'another'))).toBe('application.locked');
    expect(codeOf(() => locks.check('shop', id))).toBeUndefined();
    expect(codeOf(() => locks.check('shop', NO_LOCK_NEEDED))).toBeUndefined();
    expect(codeOf(() => locks.check('other', undefined))).toBeUndefined();
    expect(() => locks.acquire('shop', wish)).toThrow(/locked by ann since 2026-01-01T\S+: why not/);
  });

  it('ends when its holder stops renewing it', async () => {
    const { clock, open } = await bench();
    const locks = open();
    const { id } = locks.acquire('shop', wish);
    for (let beat = 0; beat < 5; beat += 1) {
      await clock.advance(20_000);
      locks.renew('shop', id);
    }
    await clock.advance(29_999);
    expect(locks.of('shop')).toMatchObject({ holder: 'ann' });
    await clock.advance(1);
    expect(locks.of('shop')).toBeUndefined();
    expect(codeOf(() => locks.renew('shop', id))).toBe('lock.lost');
    expect(open().of('shop')).toBeUndefined();
  });

  it('is not made longer or shorter by a clock that jumps', async () => {
    const { clock, open } = await bench();
    const locks = open();
    locks.acquire('shop', wish);
    clock.set(Date.UTC(2030, 0, 1));
    expect(locks.of('shop')).toBeDefined();
    clock.set(Date.UTC(2000, 0, 1));
    await clock.advance(30_000);
    expect(locks.of('shop')).toBeUndefined();
  });

  it('is there after a restart: for a whole heartbeat when it is renewed, for what is left when it is not', async () => {
    const { clock, open } = await bench();
    open().acquire('shop', wish);
    open().acquire('fair', { ...wish, isRenewed: false });
    await clock.advance(20_000);
    const again = open();
    await clock.advance(10_000);
    expect(again.of('shop')).toBeDefined();
    expect(again.of('fair')).toBeUndefined();
    await clock.advance(20_000);
    expect(again.of('shop')).toBeUndefined();
  });

  it('never outlives what was asked for, also when the wall clock went back over a restart', async () => {
    const { clock, open } = await bench();
    open().acquire('fair', { ...wish, isRenewed: false });
    clock.set(Date.UTC(2000, 0, 1));
    const again = open();
    await clock.advance(30_000);
    expect(again.of('fair')).toBeUndefined();
  });

  it('is let go of only by who names it', async () => {
    const locks = (await bench()).open();
    const { id } = locks.acquire('shop', wish);
    locks.release('shop', id);
    const next = locks.acquire('shop', wish);
    expect(codeOf(() => locks.release('shop', id))).toBe('lock.lost');
    expect(locks.of('shop')?.id).toBe(next.id);
  });
});
