import { describe, expect, it } from 'vitest';
import { surplusSegments } from '../../../../src/platform/logs/retention.ts';
import type { Segment } from '../../../../src/platform/logs/segment.ts';

const nowMs = 1_000_000;
const segment = (application: string, sequence: number, bytes = 10, lastMs = nowMs): Segment => ({
  application,
  sequence,
  bytes,
  firstMs: lastMs - 1,
  lastMs,
});
const surplus = (sealed: readonly Segment[], open: readonly Segment[], maxBytes: number) =>
  surplusSegments(sealed, open, { maxBytes, maxAgeMs: 1000, nowMs }).map((one) => `${one.application}${one.sequence}`);

describe('which log segments go', () => {
  it('none while there is room and time', () => {
    expect(surplus([segment('a', 1), segment('a', 2, 10, nowMs - 1000)], [segment('a', 3)], 30)).toEqual([]);
  });

  it('those whose last record is too old, however small', () => {
    expect(surplus([segment('a', 1, 1, nowMs - 1001), segment('a', 2), segment('b', 1, 1, 0)], [], 1000)).toEqual([
      'a1',
      'b1',
    ]);
  });

  it('the oldest first when there is too much, whatever order they come in', () => {
    expect(surplus([segment('a', 3), segment('a', 1), segment('a', 2)], [segment('a', 4)], 25)).toEqual(['a1', 'a2']);
  });

  it('those of the application that has most, so that a quiet one keeps its logs', () => {
    const loud = [1, 2, 3, 4].map((sequence) => segment('loud', sequence));
    expect(surplus([segment('quiet', 1), ...loud], [], 30)).toEqual(['loud1', 'loud2']);
    expect(surplus([segment('a', 1), segment('b', 1), segment('a', 2), segment('b', 2)], [], 20)).toEqual(['a1', 'b1']);
  });

  it('never what is still being written, even when that alone is too much', () => {
    expect(surplus([segment('a', 1)], [segment('b', 1, 100)], 50)).toEqual(['a1']);
    expect(surplus([], [segment('b', 1, 100)], 50)).toEqual([]);
  });
});
