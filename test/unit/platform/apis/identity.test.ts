/** Certificates made by hand, judged by Node. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { selfSignedCertificate } from '../../../../src/platform/apis/identity/certificate.ts';

it.each([
  ['this century', new Date('2046-01-02T03:04:05Z')],
  ['after 2049, in another form', new Date('2051-01-02T03:04:05Z')],
])('a certificate valid until %s is one to Node', (_, notAfter) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = selfSignedCertificate(privateKey, {
    commonName: 's~shop',
    notBefore: new Date('2026-01-02T03:04:05Z'),
    notAfter,
    serialNumber: Buffer.from('ff01', 'hex'),
  });
  const certificate = new X509Certificate(pem);
  expect(certificate.subject).toBe('CN=s~shop');
  expect(certificate.issuer).toBe('CN=s~shop');
  expect(certificate.serialNumber).toBe('FF01');
  expect(new Date(certificate.validFrom)).toEqual(new Date('2026-01-02T03:04:05Z'));
  expect(new Date(certificate.validTo)).toEqual(notAfter);
  expect(certificate.verify(publicKey)).toBe(true);
  expect(certificate.publicKey.equals(publicKey)).toBe(true);
});
