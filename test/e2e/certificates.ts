/** An authority of the test's own, and certificates that it signs. */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export interface Authority {
  readonly file: string;
  /** @param days negative: has expired */
  sign(name: string, address: string, days: number): { readonly certificate: string; readonly key: string };
}

export function makeAuthority(directory: string, name: string): Authority {
  const file = (what: string) => join(directory, `${name}.${what}`);
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
  openssl('req', '-x509', ...key, '-keyout', file('key'), '-out', file('pem'), '-days', '9', '-subj', `/CN=${name}`);
  return {
    file: file('pem'),
    sign: (leaf, address, days) => {
      const own = (what: string) => join(directory, `${leaf}.${what}`);
      writeFileSync(own('ext'), `subjectAltName=${address}\n`);
      openssl('req', ...key, '-keyout', own('key'), '-out', own('csr'), '-subj', `/CN=${leaf}`);
      const signer = ['-CA', file('pem'), '-CAkey', file('key'), '-CAcreateserial'];
      const request = ['x509', '-req', '-in', own('csr'), '-days', String(days), '-extfile', own('ext')];
      openssl(...request, ...signer, '-out', own('pem'));
      return { certificate: own('pem'), key: own('key') };
    },
  };
}
