/** Which servers are believed to be who they say: certificates, and the sentences for those that are not. */
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { rootCertificates } from 'node:tls';
import { failure, messageOf } from '../../errors.ts';

/** @throws AppcfgError `server.ca-unreadable` */
export function secureAgent(caFile: string | undefined): Agent {
  const ca = caFile === undefined ? {} : { ca: [...rootCertificates, authorities(caFile)] };
  return new Agent({ keepAlive: true, minVersion: 'TLSv1.2', ...ca });
}

/** undefined when the failure is another one. */
export function trustProblem(code: string): string | undefined {
  return problems[code];
}

const problems: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  CERT_REVOKED: 'it was revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'nobody known signed it',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'nobody known signed it',
  UNABLE_TO_GET_ISSUER_CERT: 'nobody known signed it',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'nobody known signed it',
  CERT_SIGNATURE_FAILURE: 'its signature is wrong',
  CERT_UNTRUSTED: 'nobody known signed it',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
};

function authorities(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  } catch (error) {
    throw failure('server.ca-unreadable', { file, reason: messageOf(error) });
  }
  throw failure('server.ca-unreadable', { file, reason: 'it holds no certificate in PEM format' });
}
