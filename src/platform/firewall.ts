/** An application's firewall as it is stored, and the verdict of its rules. */
import { DEFAULT_RULE_PRIORITY, defaultRule, type FirewallRule } from '../model/firewall.ts';
import { compileRange } from './address-range.ts';
import type { ApiResources } from './api-resources.ts';

/** In the order in which they are asked; the default rule is always there, and last. */
export function firewallRules(resources: ApiResources, application: string): readonly FirewallRule[] {
  const rules = resources.list<FirewallRule>('firewall', application).map(({ value }) => value);
  const hasDefault = rules.some(({ priority }) => priority === DEFAULT_RULE_PRIORITY);
  return [...rules, ...(hasDefault ? [] : [defaultRule])].sort((a, b) => a.priority - b.priority);
}

export function saveFirewallRules(resources: ApiResources, application: string, rules: readonly FirewallRule[]): void {
  const byPriority = new Map(rules.map((rule) => [String(rule.priority).padStart(10, '0'), rule]));
  resources.replaceAll(application, 'firewall', byPriority);
}

/** What the rules say about an address; undefined when none matches. */
export function firewallVerdict(rules: readonly FirewallRule[], address: string): FirewallRule['action'] | undefined {
  return rules.find(({ sourceRange }) => compileRange(sourceRange)?.(address))?.action;
}
