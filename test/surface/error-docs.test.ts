import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderErrorDocs } from '../../src/cli/render/error-docs.ts';
import { errorCatalogue } from '../../src/errors.ts';

const committed = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const documented = [...committed.matchAll(/^## `(.+)`$/gm)].map((match) => match[1]);

it('documents every code of the catalogue, and no other', () => {
  expect(documented).toEqual(Object.keys(errorCatalogue).sort());
});

it('is fresh', () => {
  expect(renderErrorDocs(), 'stale: npm run docs').toBe(committed);
});

it('has a sentence for each', () => {
  expect(committed).not.toMatch(/undefined|\[object|NaN|function/);
});
