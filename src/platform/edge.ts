/** What the router is told of an application besides its modules: firewall and domains. */
import type { ApiResources } from './api-resources.ts';
import { domainMappings } from './custom-domains.ts';
import { firewallRules } from './firewall.ts';
import type { Edge } from './reconcile.ts';

export function edgeOf(resources: ApiResources, application: string): Edge {
  return {
    firewall: firewallRules(resources, application),
    domains: domainMappings(resources, application).map(({ domain }) => domain),
  };
}
