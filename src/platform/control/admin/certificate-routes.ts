/** Certificates for custom domains. The private key goes in and never comes out again. */

import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { certificateViews, enumValue } from '../../../protocol/admin/enums.ts';
import { deploys, views } from '../../access/route-access.ts';
import { requireApplication } from '../../changes.ts';
import { certificateFacts, domainMappings, requireCertificate, type StoredCertificate } from '../../custom-domains.ts';
import { readJson } from '../json-body.ts';
import type { Route, RouteRequest } from '../route-table.ts';
import type { AdminParts } from './admin-parts.ts';
import { applicationOf, invalid, refused, updateMask } from './request-facts.ts';

const certificateShape = z.looseObject({
  displayName: z.string().max(256).optional(),
  certificateRawData: z
    .looseObject({
      publicCertificate: z
        .string()
        .max(64 * 1024)
        .optional(),
      privateKey: z
        .string()
        .max(64 * 1024)
        .optional(),
    })
    .optional(),
});
type CertificateShape = z.infer<typeof certificateShape>;

export function certificateRoutes(parts: AdminParts, app: string): readonly Route[] {
  const certificates = `${app}/authorizedCertificates`;
  const certificate = `${certificates}/:certificate`;
  return [
    {
      method: 'GET',
      pattern: certificates,
      access: views,
      handler: (request) => {
        const application = known(parts, request);
        const all = parts.resources.list<StoredCertificate>('certificate', application);
        return { certificates: all.map(({ id, value }) => resource(parts, request, id, value)) };
      },
    },
    {
      method: 'POST',
      pattern: certificates,
      access: deploys('create certificate'),
      handler: (request) => createCertificate(parts, request),
    },
    {
      method: 'GET',
      pattern: certificate,
      access: views,
      handler: (request) => resource(parts, request, idOf(request), requireNamed(parts, request)),
    },
    {
      method: 'PATCH',
      pattern: certificate,
      access: deploys('change certificate'),
      handler: (request) => patchCertificate(parts, request),
    },
    {
      method: 'DELETE',
      pattern: certificate,
      access: deploys('delete certificate'),
      handler: (request) => deleteCertificate(parts, request),
    },
  ];
}

async function createCertificate(parts: AdminParts, request: RouteRequest): Promise<unknown> {
  const application = known(parts, request);
  const body = await readJson(request.message, certificateShape);
  const stored: StoredCertificate = { displayName: body.displayName ?? '', ...rawData(body) };
  const id = String(randomInt(10_000_000, 99_999_999));
  parts.resources.put({ application, kind: 'certificate', id }, stored);
  parts.reconcile();
  return resource(parts, request, id, stored);
}

async function patchCertificate(parts: AdminParts, request: RouteRequest): Promise<unknown> {
  const before = requireNamed(parts, request);
  const mask = updateMask(request, ['displayName', 'certificateRawData.*']);
  const body = await readJson(request.message, certificateShape);
  const stored: StoredCertificate = {
    ...before,
    ...(mask.includes('displayName') ? { displayName: body.displayName ?? '' } : {}),
    ...(mask.some((field) => field.startsWith('certificateRawData')) ? rawData(body) : {}),
  };
  parts.resources.put({ application: applicationOf(request), kind: 'certificate', id: idOf(request) }, stored);
  parts.reconcile();
  return resource(parts, request, idOf(request), stored);
}

function deleteCertificate(parts: AdminParts, request: RouteRequest): unknown {
  requireNamed(parts, request);
  const user = mappedDomains(parts, request, idOf(request))[0];
  if (user !== undefined) throw refused(`The certificate is in use by the domain mapping ${user}`);
  parts.resources.delete({ application: applicationOf(request), kind: 'certificate', id: idOf(request) });
  parts.reconcile();
  return {};
}

/** @throws AppcfgError `api.invalid` when certificate and key are not a pair that a server can use */
function rawData({ certificateRawData: raw }: CertificateShape): Pick<StoredCertificate, 'certificate' | 'privateKey'> {
  const { publicCertificate: certificate, privateKey } = raw ?? {};
  if (!certificate) throw invalid('certificateRawData.publicCertificate', 'is missing');
  if (!privateKey) throw invalid('certificateRawData.privateKey', 'is missing');
  const facts = certificateFacts({ certificate, privateKey });
  if ('problem' in facts) throw invalid('certificateRawData', facts.problem);
  return { certificate, privateKey };
}

function resource(parts: AdminParts, request: RouteRequest, id: string, stored: StoredCertificate) {
  const facts = certificateFacts(stored);
  const domains = mappedDomains(parts, request, id);
  const isFull = enumValue(certificateViews, request.query.get('view')) === 'FULL_CERTIFICATE';
  return {
    name: `apps/${applicationOf(request)}/authorizedCertificates/${id}`,
    id,
    displayName: stored.displayName,
    ...('problem' in facts ? {} : { domainNames: facts.domainNames, expireTime: facts.expireTime }),
    certificateRawData: { publicCertificate: stored.certificate },
    ...(isFull
      ? {
          visibleDomainMappings: domains.map((domain) => `apps/${applicationOf(request)}/domainMappings/${domain}`),
          domainMappingsCount: domains.length,
        }
      : {}),
  };
}

function mappedDomains(parts: AdminParts, request: RouteRequest, id: string): readonly string[] {
  return domainMappings(parts.resources, applicationOf(request))
    .filter(({ certificateId }) => certificateId === id)
    .map(({ domain }) => domain);
}

function requireNamed(parts: AdminParts, request: RouteRequest): StoredCertificate {
  return requireCertificate(parts.resources, known(parts, request), idOf(request));
}

function idOf({ parameters }: RouteRequest): string {
  return parameters.certificate ?? '';
}

function known(parts: AdminParts, request: RouteRequest): string {
  return requireApplication(parts, applicationOf(request)).id;
}
