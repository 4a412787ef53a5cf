/** Unquoted words, as App Engine's reader took them. */
import { expect, it } from 'vitest';
import { resolveUnquoted, textAppEngineSaw } from '../../../src/config/yaml/yaml11.ts';

it.each([
  ['1', 1, '1'],
  ['010', 8, '8'],
  ['007', 7, '7'],
  ['08', '08', '08'],
  ['0x1f', 31, '31'],
  ['0b11', 3, '3'],
  ['1_000', 1000, '1000'],
  ['1:30', 90, '90'],
  ['-5', -5, '-5'],
  ['+5', 5, '5'],
  ['1.0', 1, '1.0'],
  ['1.10', 1.1, '1.1'],
  ['1e3', 1000, '1000.0'],
  ['.5', 0.5, '0.5'],
  ['.inf', Number.POSITIVE_INFINITY, 'inf'],
  ['12345678901234567890', Number('12345678901234567890'), '12345678901234567890'],
  ['yes', true, 'True'],
  ['y', true, 'True'],
  ['off', false, 'False'],
  ['TRUE', true, 'True'],
  ['tRUE', 'tRUE', 'tRUE'],
  ['~', null, 'None'],
  ['', null, 'None'],
  ['2014-01-02', '2014-01-02', '2014-01-02'],
  ['1.2.3', '1.2.3', '1.2.3'],
  ['uno', 'uno', 'uno'],
])('%j is %j, passed on as %j', (text, value, seen) => {
  expect(resolveUnquoted(text)).toBe(value);
  expect(textAppEngineSaw(text, resolveUnquoted(text))).toBe(seen);
});
