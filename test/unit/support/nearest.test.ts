import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../../src/support/nearest.ts';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', '', 3],
    ['update', 'updaet', 1],
    ['handlers', 'handler', 1],
    ['kitten', 'sitting', 3],
  ])('%s to %s is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe('nearest', () => {
  it('suggests the closest word', () => {
    expect(nearest('udpate', ['rollback', 'update', 'update-cron'])).toBe('update');
  });
  it('suggests nothing for a word unlike all', () => {
    expect(nearest('frobnicate', ['rollback', 'update'])).toBeUndefined();
  });
  it('does not match short words with everything', () => {
    expect(nearest('xy', ['ab', 'cd'])).toBeUndefined();
  });
});
