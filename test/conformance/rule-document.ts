/** docs/conformance.md: each rule, whether it holds, and where that is proved. */
import { apiRules } from './api-rules.ts';
import type { ContractRule, RuleGroup } from './contract-rule.ts';
import { instanceRules } from './instance-rules.ts';
import { requestRules } from './request-rules.ts';
import { testsByRule } from './rule-tests.ts';

export const ruleGroups: readonly RuleGroup[] = [...instanceRules, ...requestRules, ...apiRules];

const HEAD = `# Conformance

What App Engine promises to running code, rule by rule, and the tests that prove it here. The title of a test begins with the ids of the rules
that it proves, so that \`npx vitest run -t '^L4 '\` runs those of a rule. Names with one letter (\`V\`, \`N\`, \`L\`) stand for a rule; the others
are a topic and a letter. Sockets (\`K\`) and WebSockets (\`W\`) have [a document of their own](sockets.md).

Generated: \`npx tsx scripts/generate-conformance-docs.ts\`. The rules are in \`test/conformance/*-rules.ts\`.
`;

export function renderConformance(): string {
  const tests = testsByRule();
  return `${[HEAD, ...ruleGroups.map((group) => table(group, tests))].join('\n')}`;
}

/** Files that prove a rule. */
export function filesOf(rule: ContractRule, tests: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [...new Set([rule.id, ...(rule.by ?? [])].flatMap((id) => tests.get(id) ?? []))].sort();
}

function table({ title, rules }: RuleGroup, tests: ReadonlyMap<string, readonly string[]>): string {
  const rows = rules.map((rule) => {
    const files = filesOf(rule, tests).map((file) => `\`${file}\``);
    const state = rule.differs === undefined ? 'holds' : `differs: ${rule.differs}`;
    return `| ${rule.id} | ${rule.rule} | ${state} | ${files.join(', ')} |`;
  });
  return `## ${title}\n\n| | rule | | tests |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}
