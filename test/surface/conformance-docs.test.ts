import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { filesOf, renderConformance, ruleGroups } from '../conformance/rule-document.ts';
import { testsByRule } from '../conformance/rule-tests.ts';

const rules = ruleGroups.flatMap((group) => group.rules);
const tests = testsByRule();

it('has each rule once', () => {
  const ids = rules.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
});

it('has a test for each rule that holds, and says why another does not', () => {
  expect(rules.filter((rule) => rule.differs === undefined && filesOf(rule, tests).length === 0)).toEqual([]);
  expect(rules.filter(({ differs }) => differs === '')).toEqual([]);
});

it('knows the rule of each title', () => {
  const known = new Set(rules.map(({ id }) => id));
  expect([...tests.keys()].filter((id) => !/^[KW]/.test(id) && !known.has(id))).toEqual([]);
});

it('is fresh', () => {
  const committed = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
  expect(renderConformance(), 'stale: npx tsx scripts/generate-conformance-docs.ts').toBe(committed);
});
