/** A certificate of the test's own, made by openssl. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TestCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly privateKey: string;
}

export function makeCertificate(directory: string, domain: string, others: readonly string[] = []): TestCertificate {
  const key = join(directory, `${domain}.key`);
  const certificate = join(directory, `${domain}.crt`);
  const names = [domain, ...others].map((name) => `DNS:${name}`).join(',');
  const subject = ['-subj', `/CN=${domain}`, '-addext', `subjectAltName=${names}`];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30'];
  const files = ['-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', ...kind, ...files, ...subject], { stdio: 'ignore' });
  return { certificate: readFileSync(certificate, 'utf8'), privateKey: readFileSync(key, 'utf8') };
}
