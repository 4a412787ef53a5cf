import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc32c, crc32cText } from '../../../src/support/crc32c.ts';

it.each([
  ['', 0],
  ['123456789', 0xe3069283],
  ['a', 0xc1d04330],
  ['\0'.repeat(32), 0x8a9136aa],
  ['\xff'.repeat(32), 0x62a8ab43],
])('of %j is the published value', (text, wanted) => {
  expect(crc32c(Buffer.from(text, 'latin1'))).toBe(wanted);
});

it('is the same in pieces as in one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, at) => {
      expect(crc32c(bytes.subarray(at), crc32c(bytes.subarray(0, at)))).toBe(crc32c(bytes));
    }),
  );
});

it('is written as Cloud Storage writes it', () => {
  expect(crc32cText(crc32c(Buffer.from('hello')))).toBe('mnG7TA==');
});
