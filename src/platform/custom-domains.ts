/** Custom domains and their certificates, as they are stored. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { failure, messageOf } from '../errors.ts';
import type { ApiResources } from './api-resources.ts';

export interface DomainMapping {
  readonly domain: string;
  readonly certificateId?: string;
  /** Asked for a certificate that the platform obtains by itself, which it can't. */
  readonly isAutomatic: boolean;
}

export interface StoredCertificate {
  readonly displayName: string;
  /** PEM: the certificate, then its chain. */
  readonly certificate: string;
  /** PEM. */
  readonly privateKey: string;
}

export interface CertificateFacts {
  readonly domainNames: readonly string[];
  /** RFC 3339, UTC. */
  readonly expireTime: string;
}

export function domainMappings(resources: ApiResources, application: string): readonly DomainMapping[] {
  return resources.list<DomainMapping>('domain', application).map(({ value }) => value);
}

/** @throws AppcfgError `api.not-found` */
export function requireCertificate(resources: ApiResources, application: string, id: string): StoredCertificate {
  const found = resources.get<StoredCertificate>({ application, kind: 'certificate', id });
  if (!found) throw failure('api.not-found', { what: 'certificate', name: id.slice(0, 64) });
  return found;
}

/** `problem` is the end of a sentence. */
export function certificateFacts(
  pair: Pick<StoredCertificate, 'certificate' | 'privateKey'>,
): CertificateFacts | { readonly problem: string } {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pair.certificate);
  } catch (error) {
    return { problem: `has a certificate that can not be read: ${messageOf(error)}` };
  }
  try {
    if (!certificate.checkPrivateKey(createPrivateKey(pair.privateKey))) {
      return { problem: 'has a private key that does not belong to the certificate' };
    }
  } catch (error) {
    return { problem: `has a private key that can not be read: ${messageOf(error)}` };
  }
  return { domainNames: domainNames(certificate), expireTime: new Date(certificate.validTo).toISOString() };
}

function domainNames(certificate: X509Certificate): readonly string[] {
  const names = (certificate.subjectAltName ?? '').split(', ').flatMap((name) => /^DNS:(.+)$/.exec(name)?.[1] ?? []);
  const common = /^CN=(.+)$/m.exec(certificate.subject ?? '')?.[1];
  return names.length > 0 ? names : common === undefined ? [] : [common];
}
