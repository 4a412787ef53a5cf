/** Custom domains: the router takes requests for them to the application, over TLS with the certificate of the mapping. */

import { z } from 'zod';
import { failure } from '../../../errors.ts';
import { enumValue, overrideStrategies, sslManagementTypes } from '../../../protocol/admin/enums.ts';
import { deploys, views } from '../../access/route-access.ts';
import { requireApplication } from '../../changes.ts';
import { type DomainMapping, domainMappings, requireCertificate } from '../../custom-domains.ts';
import { readJson } from '../json-body.ts';
import type { Route, RouteRequest } from '../route-table.ts';
import type { AdminParts } from './admin-parts.ts';
import { applicationOf, invalid, notFound, updateMask } from './request-facts.ts';
import { doneAtOnce } from './run-change.ts';

const member = z.union([z.string(), z.number()]);
const mappingShape = z.looseObject({
  id: z.string().max(253).optional(),
  sslSettings: z
    .looseObject({ certificateId: z.string().max(64).optional(), sslManagementType: member.optional() })
    .optional(),
});
type MappingShape = z.infer<typeof mappingShape>;

export function domainRoutes(parts: AdminParts, app: string): readonly Route[] {
  const mappings = `${app}/domainMappings`;
  const mapping = `${mappings}/:domain`;
  return [
    {
      method: 'GET',
      pattern: `${app}/authorizedDomains`,
      access: views,
      handler: (request) => {
        const application = known(parts, request);
        // Whoever holds this platform's token may map any domain; those that are mapped are surely theirs.
        const domains = domainMappings(parts.resources, application);
        return {
          domains: domains.map(({ domain }) => ({
            name: `apps/${application}/authorizedDomains/${domain}`,
            id: domain,
          })),
        };
      },
    },
    {
      method: 'GET',
      pattern: mappings,
      access: views,
      handler: (request) => {
        const application = known(parts, request);
        const all = domainMappings(parts.resources, application);
        return { domainMappings: all.map((one) => resource(application, one)) };
      },
    },
    {
      method: 'POST',
      pattern: mappings,
      access: deploys('create domain'),
      handler: (request) => createMapping(parts, request),
    },
    {
      method: 'GET',
      pattern: mapping,
      access: views,
      handler: (request) => resource(applicationOf(request), requireMapping(parts, request)),
    },
    {
      method: 'PATCH',
      pattern: mapping,
      access: deploys('change domain'),
      handler: (request) => patchMapping(parts, request),
    },
    {
      method: 'DELETE',
      pattern: mapping,
      access: deploys('delete domain'),
      handler: (request) => deleteMapping(parts, request),
    },
  ];
}

async function createMapping(parts: AdminParts, request: RouteRequest): Promise<unknown> {
  const application = known(parts, request);
  const body = await readJson(request.message, mappingShape);
  const domain = (body.id ?? '').toLowerCase().replace(/\.$/, '');
  if (!/^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z\d-]{2,63}$/.test(domain)) {
    throw invalid('id', 'must be a domain name, for example www.example.com');
  }
  if (/(?:^|\.)(?:localhost|appspot\.com)$/.test(domain))
    throw invalid('id', 'is a name that the platform itself serves');
  const holder = parts.resources.list<DomainMapping>('domain').find(({ id }) => id === domain);
  const overrides = enumValue(overrideStrategies, request.query.get('overrideStrategy')) === 'OVERRIDE';
  if (holder && (holder.application === application || !overrides)) {
    throw failure('api.exists', { what: 'domain mapping', name: `${domain} (of application ${holder.application})` });
  }
  // Taking it away changes the other application too.
  if (holder) request.caller.require('deployer', holder.application);
  const mapping = mappingOf(parts, application, { domain }, body);
  if (holder) parts.resources.delete({ application: holder.application, kind: 'domain', id: domain });
  return saved(parts, request, mapping, 'CreateDomainMapping');
}

async function patchMapping(parts: AdminParts, request: RouteRequest): Promise<unknown> {
  const before = requireMapping(parts, request);
  const mask = updateMask(request, ['sslSettings.*']);
  const body = await readJson(request.message, mappingShape);
  const isNamed = (field: string) => mask.includes('sslSettings') || mask.includes(`sslSettings.${field}`);
  const settings = {
    // Named by the mask without a value: cleared.
    certificateId: isNamed('certificateId') ? body.sslSettings?.certificateId : before.certificateId,
    sslManagementType: isNamed('sslManagementType')
      ? body.sslSettings?.sslManagementType
      : before.isAutomatic
        ? 'AUTOMATIC'
        : 'MANUAL',
  };
  const mapping = mappingOf(parts, applicationOf(request), before, { sslSettings: settings });
  return saved(parts, request, mapping, 'UpdateDomainMapping');
}

function deleteMapping(parts: AdminParts, request: RouteRequest): unknown {
  const { domain } = requireMapping(parts, request);
  parts.resources.delete({ application: applicationOf(request), kind: 'domain', id: domain });
  parts.reconcile();
  return doneAtOnce(parts, request, {
    method: 'DomainMappings.DeleteDomainMapping',
    target: `domainMappings/${domain}`,
  });
}

function mappingOf(
  parts: AdminParts,
  application: string,
  { domain }: Pick<DomainMapping, 'domain'>,
  { sslSettings }: MappingShape,
): DomainMapping {
  const certificateId = sslSettings?.certificateId || undefined;
  if (certificateId !== undefined) requireCertificate(parts.resources, application, certificateId);
  const type = enumValue(sslManagementTypes, sslSettings?.sslManagementType);
  const isAutomatic = certificateId === undefined && type !== 'MANUAL';
  return { domain, isAutomatic, ...(certificateId === undefined ? {} : { certificateId }) };
}

function saved(parts: AdminParts, request: RouteRequest, mapping: DomainMapping, method: string): unknown {
  const application = applicationOf(request);
  parts.resources.put({ application, kind: 'domain', id: mapping.domain }, mapping);
  parts.reconcile();
  return doneAtOnce(parts, request, {
    method: `DomainMappings.${method}`,
    target: `domainMappings/${mapping.domain}`,
    warnings: mapping.isAutomatic ? [noManagedCertificates(mapping.domain)] : [],
    response: { type: 'DomainMapping', resource: resource(application, mapping) },
  });
}

function noManagedCertificates(domain: string): string {
  return `${domain} answers over http. This platform does not obtain certificates by itself: upload one (gcloud app ssl-certificates create) and name it with --certificate-id, and it answers over https.`;
}

function resource(application: string, { domain, certificateId, isAutomatic }: DomainMapping) {
  return {
    name: `apps/${application}/domainMappings/${domain}`,
    id: domain,
    sslSettings: {
      ...(certificateId === undefined ? {} : { certificateId }),
      sslManagementType: isAutomatic ? 'AUTOMATIC' : 'MANUAL',
    },
    resourceRecords: [],
  };
}

function requireMapping(parts: AdminParts, request: RouteRequest): DomainMapping {
  const application = known(parts, request);
  const id = (request.parameters.domain ?? '').toLowerCase();
  const mapping = parts.resources.get<DomainMapping>({ application, kind: 'domain', id });
  if (!mapping) throw notFound('domain mapping', id);
  return mapping;
}

function known(parts: AdminParts, request: RouteRequest): string {
  return requireApplication(parts, applicationOf(request)).id;
}
