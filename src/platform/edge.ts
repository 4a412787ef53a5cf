/** What the router is told of an application besides its modules: firewall, domains and their certificates. */
import type { ApiResources } from './api-resources.ts';
import { domainMappings, type StoredCertificate } from './custom-domains.ts';
import { firewallRules } from './firewall.ts';
import type { Edge } from './reconcile.ts';

export function edgeOf(resources: ApiResources, application: string): Edge {
  const mappings = domainMappings(resources, application);
  return {
    firewall: firewallRules(resources, application),
    domains: mappings.map(({ domain }) => domain),
    certificates: mappings.flatMap(({ domain, certificateId }) => {
      if (certificateId === undefined) return [];
      const stored = resources.get<StoredCertificate>({ application, kind: 'certificate', id: certificateId });
      return stored ? [{ domain, certificate: stored.certificate, privateKey: stored.privateKey }] : [];
    }),
  };
}
