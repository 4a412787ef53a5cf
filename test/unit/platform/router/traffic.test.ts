import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrafficSplit } from '../../../../src/model/traffic.ts';
import {
  chooseVersion,
  compileSplit,
  cookieBucket,
  ipFraction,
  versionAt,
} from '../../../../src/platform/router/traffic.ts';

const everything = () => true;
const facts = { clientIp: '10.0.0.1', cookie: undefined, random: () => 0.5 };
const address = (index: number) => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;

const splits = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 5 }).chain((names) =>
  fc.array(fc.integer({ min: 1, max: 100 }), { minLength: names.length, maxLength: names.length }).map((weights) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return Object.fromEntries(names.map((name, index) => [name, (weights[index] ?? 0) / total]));
  }),
);

describe('traffic', () => {
  it('gives everything to a single version without looking at the client', () => {
    const split = compileSplit({ shardBy: 'cookie', allocations: { only: 1 } }, everything);
    expect(chooseVersion(split, facts)).toEqual({ version: 'only' });
  });

  it('has no version when none takes traffic or none of them is deployed', () => {
    expect(chooseVersion(compileSplit({ shardBy: 'ip', allocations: {} }, everything), facts)).toBeUndefined();
    expect(
      chooseVersion(
        compileSplit({ shardBy: 'ip', allocations: { a: 1 } }, () => false),
        facts,
      ),
    ).toBeUndefined();
  });

  it('leaves versions out that are not deployed', () => {
    const split = compileSplit({ shardBy: 'random', allocations: { a: 0.5, gone: 0.5 } }, (name) => name !== 'gone');
    expect(split).toMatchObject({ versions: ['a'], bounds: [1] });
  });

  it('1.4c 1.4d follows the shares: law', () => {
    fc.assert(
      fc.property(splits, (allocations) => {
        const split = compileSplit({ shardBy: 'random', allocations }, everything);
        const steps = 10_000;
        const counts = new Map<string, number>();
        for (let step = 0; step < steps; step += 1) {
          const version = versionAt(split, step / steps);
          counts.set(version, (counts.get(version) ?? 0) + 1);
        }
        for (const [name, share] of Object.entries(allocations)) {
          expect(Math.abs((counts.get(name) ?? 0) / steps - share)).toBeLessThan(0.001);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('does not depend on the order in which shares are written', () => {
    const there = compileSplit({ shardBy: 'ip', allocations: { a: 0.3, b: 0.7 } }, everything);
    const back = compileSplit({ shardBy: 'ip', allocations: { b: 0.7, a: 0.3 } }, everything);
    expect(back).toEqual(there);
  });

  it('1.4a by address: always the same version, near the shares over many addresses', () => {
    const split = compileSplit({ shardBy: 'ip', allocations: { a: 0.25, b: 0.75 } }, everything);
    let toA = 0;
    for (let index = 0; index < 20_000; index += 1) {
      const clientIp = address(index);
      const first = chooseVersion(split, { ...facts, clientIp });
      expect(chooseVersion(split, { ...facts, clientIp, random: () => 0.99 })).toEqual(first);
      if (first?.version === 'a') toA += 1;
    }
    expect(toA / 20_000).toBeGreaterThan(0.23);
    expect(toA / 20_000).toBeLessThan(0.27);
  });

  it('by address: a version that gets more keeps the clients it had', () => {
    const before = compileSplit({ shardBy: 'ip', allocations: { a: 0.1, b: 0.9 } }, everything);
    const after = compileSplit({ shardBy: 'ip', allocations: { a: 0.2, b: 0.8 } }, everything);
    for (let index = 0; index < 2000; index += 1) {
      const clientIp = address(index);
      if (chooseVersion(before, { ...facts, clientIp })?.version !== 'a') continue;
      expect(chooseVersion(after, { ...facts, clientIp })?.version).toBe('a');
    }
  });

  it('1.4b by cookie: the cookie decides, and a client without one gets one that leads to the same version', () => {
    const split: TrafficSplit = { shardBy: 'cookie', allocations: { a: 0.5, b: 0.5 } };
    const compiled = compileSplit(split, everything);
    expect(chooseVersion(compiled, { ...facts, cookie: '0' })).toEqual({ version: 'a' });
    expect(chooseVersion(compiled, { ...facts, cookie: '499' })).toEqual({ version: 'a' });
    expect(chooseVersion(compiled, { ...facts, cookie: '500' })).toEqual({ version: 'b' });
    const fresh = chooseVersion(compiled, { ...facts, random: () => 0.7 });
    expect(fresh).toEqual({ version: 'b', newCookie: 700 });
    expect(chooseVersion(compiled, { ...facts, cookie: String(fresh?.newCookie) })).toEqual({ version: 'b' });
  });

  it('1.4b takes no cookie that is not a number from 0 to 999', () => {
    for (const cookie of ['', '-1', '1000', '1.5', 'x', ' 5', '5 ']) expect(cookieBucket(cookie)).toBeUndefined();
    expect([cookieBucket('0'), cookieBucket('999')]).toEqual([0, 999]);
  });

  it('spreads neighbouring addresses of both families', () => {
    const fractions = new Set(Array.from({ length: 256 }, (_, last) => ipFraction(`2001:db8::${last.toString(16)}`)));
    expect(fractions.size).toBe(256);
    expect(Math.min(...fractions)).toBeLessThan(0.05);
    expect(Math.max(...fractions)).toBeGreaterThan(0.95);
  });
});
