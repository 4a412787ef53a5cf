import { describe, expect, it } from 'vitest';
import { bytes, count, duration, percent } from '../../../../src/cli/render/quantity.ts';

describe('quantities', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [48_123, '48 kB'],
    [1_500_000, '1.5 MB'],
    [2_000_000_000_000_000, '2000 TB'],
  ])('%i bytes', (amount, text) => expect(bytes(amount)).toBe(text));

  it.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [1000, '1.0 s'],
    [59_960, '1 min'],
    [125_000, '2 min 5 s'],
    [3_599_600, '1 h'],
    [3_780_000, '1 h 3 min'],
    [200_000_000, '2 days 7 h'],
  ])('%d ms', (ms, text) => expect(duration(ms)).toBe(text));

  it('counts and shares', () => {
    expect(count(1, 'file')).toBe('1 file');
    expect(count(10_000, 'file')).toBe('10,000 files');
    expect(count(2, 'entry', 'entries')).toBe('2 entries');
    expect(percent(1)).toBe('100%');
    expect(percent(0.125)).toBe('12.5%');
  });
});
