import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { documentedPrices } from '../../../../src/model/usage.ts';
import { usagePrices } from '../../../../src/platform/usage/usage-prices.ts';
import { temporaryDirectory } from '../../../platform/temporary-directory.ts';

it('are the documented ones unless the operator writes others', () => {
  const directory = temporaryDirectory();
  expect(usagePrices(directory, {})).toEqual(documentedPrices);
  writeFileSync(join(directory, 'prices.json'), '{"frontendHour": 0.04, "freeBackendHours": 9}');
  expect(usagePrices(directory, { APPCFG_PRICES: '{"freeBackendHours": 10}' })).toEqual({
    ...documentedPrices,
    frontendHour: 0.04,
    freeBackendHours: 10,
  });
});

it.each([
  ['{"frontendHours": 1}', /frontendHours/],
  ['{"frontendHour": "1"}', /frontendHour: /],
  ['{"frontendHour": -1}', /frontendHour: /],
  ['[1]', /object/],
  ['{', /JSON/],
])('refuses %s', (text, reason) => {
  expect(() => usagePrices(temporaryDirectory(), { APPCFG_PRICES: text })).toThrow(reason);
});
