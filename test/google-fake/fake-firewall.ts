/** Firewall rules of an application. */
import { type Call, type FakeApplication, type Json, paged } from './admin-resources.ts';
import { notFound, Refusal, Violation } from './answer.ts';
import { invalid } from './version-rules.ts';

export function firewallAnswer({ firewall }: FakeApplication, id: string, call: Call): unknown {
  const priority = Number(call.parameters.ingressRulesId);
  switch (id.replace('apps.firewall.ingressRules.', '')) {
    case 'list':
      return paged(call, 'ingressRules', [
        ...firewall.values(),
        { priority: 2147483647, action: 'ALLOW', sourceRange: '*' },
      ]);
    case 'create': {
      const rule = call.body as Json & { readonly priority: number };
      if (String(rule.description ?? '').length > 100) throw invalid('rule.description', 'is too long');
      if (firewall.has(rule.priority)) throw new Refusal(409, 'ALREADY_EXISTS', 'There is a rule of this priority.');
      firewall.set(rule.priority, rule);
      return rule;
    }
    case 'delete':
      if (!firewall.delete(priority)) throw notFound(`The rule ${priority}`);
      return {};
    default:
      throw new Violation(`The fake does not have ${id}`);
  }
}
