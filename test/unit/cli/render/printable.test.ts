import { expect, it } from 'vitest';
import { printable } from '../../../../src/cli/render/printable.ts';

it.each([
  ['plain text, ä and 漢字 too', 'plain text, ä and 漢字 too'],
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b]0;title\u0007rest', 'rest'],
  ['a\tb', 'a\tb'],
  ['back\u0008space\r', 'back\\u{8}space\\u{d}'],
  ['\u202Egnp.exe', '\\u{202e}gnp.exe'],
])('%j', (text, safe) => {
  expect(printable(text)).toBe(safe);
});
