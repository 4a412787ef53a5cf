/** The control API for other machines: over TLS of its own, and behind a proxy. */
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type SecureVersion, type TLSSocket } from 'node:tls';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createControlServer } from '../../../src/platform/control/control-server.ts';
import { TlsContext } from '../../../src/platform/control/tls-context.ts';
import { type Clock, systemClock } from '../../../src/support/clock.ts';
import { createFakeClock } from '../../fake-clock.ts';
import { startApi, TOKEN } from '../control/api-rig.ts';
import { makeCertificate } from '../make-certificate.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const name = 'apps.example.com';

/** A control API over TLS, whose certificate lies in files of the test. */
async function overTls(clock: Clock) {
  const { access, routes } = await startApi();
  const directory = temporaryDirectory();
  const { certificate } = makeCertificate(directory, name);
  const files = { certificateFile: join(directory, `${name}.crt`), keyFile: join(directory, `${name}.key`) };
  const tls = new TlsContext(files, clock);
  const server = createControlServer({ ...access, routes, tls });
  const port = await server.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    tls.close();
    await server.close();
  });
  /** What a client that offers this gets; null where they have nothing in common. */
  const meet = (options: ConnectionOptions) =>
    new Promise<TLSSocket | null>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, servername: name, rejectUnauthorized: false, ...options });
      socket.once('secureConnect', () => resolve(socket)).once('error', () => resolve(null));
      onTestFinished(() => void socket.destroy());
    });
  return { directory, certificate, files, tls, meet };
}

it('speaks TLS 1.2 and newer only', async () => {
  const { meet, certificate, files } = await overTls(systemClock);
  const speak = async (version: SecureVersion) => {
    const old = { ca: certificate, rejectUnauthorized: true, ciphers: 'DEFAULT@SECLEVEL=0' };
    const socket = await meet({ ...old, minVersion: version, maxVersion: version });
    return socket?.getProtocol() ?? null;
  };
  expect(await speak('TLSv1.1')).toBeNull();
  expect(await speak('TLSv1.2')).toBe('TLSv1.2');
  expect(await speak('TLSv1.3')).toBe('TLSv1.3');
  expect(() => new TlsContext({ ...files, keyFile: files.certificateFile }, systemClock)).toThrow(
    /can't be used for TLS/,
  );
});

it('takes only ciphers with forward secrecy and authenticated encryption', async () => {
  const { meet } = await overTls(systemClock);
  const agreed = async (ciphers: string) =>
    (await meet({ ciphers: `${ciphers}@SECLEVEL=0`, maxVersion: 'TLSv1.2' }))?.getCipher().name ?? null;
  expect(await agreed('ECDHE-ECDSA-AES256-GCM-SHA384')).toBe('ECDHE-ECDSA-AES256-GCM-SHA384');
  expect(await agreed('ECDHE-ECDSA-CHACHA20-POLY1305')).toBe('ECDHE-ECDSA-CHACHA20-POLY1305');
  // CBC, CBC with SHA-2, 3DES, and what has no forward secrecy.
  for (const weak of ['ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA384', 'AES128-GCM-SHA256', 'AES256-SHA'])
    expect([weak, await agreed(weak)]).toEqual([weak, null]);
  // The server's order counts.
  expect(await agreed('ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256')).toBe(
    'ECDHE-ECDSA-AES128-GCM-SHA256',
  );
});

it('shows a new certificate within a minute, or when it is told to, and keeps the old one when the new one is no good', async () => {
  const clock = createFakeClock(Date.now());
  const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  onTestFinished(() => warnings.mockRestore());
  const { meet, files, tls, directory } = await overTls(clock);
  const shown = async () => (await meet({}))?.getPeerX509Certificate()?.subject;
  const install = (domain: string, what: 'crt' | 'key', file: string) =>
    copyFileSync(join(directory, `${domain}.${what}`), file);
  expect(await shown()).toBe(`CN=${name}`);
  makeCertificate(directory, 'second');
  makeCertificate(directory, 'third');

  // Half of a pair: the old one stays, and that is said once, however often it is looked at.
  install('second', 'crt', files.certificateFile);
  await clock.advance(61_000);
  await clock.advance(61_000);
  expect(await shown()).toBe(`CN=${name}`);
  expect(warnings.mock.calls.map(([text]) => String(text))).toEqual([
    expect.stringMatching(/it is not the key of .*\.crt.* The certificate that was read before stays in use\.$/),
  ]);
  install('second', 'key', files.keyFile);
  await clock.advance(61_000);
  expect(await shown()).toBe('CN=second');

  install('third', 'crt', files.certificateFile);
  install('third', 'key', files.keyFile);
  tls.reload();
  expect(await shown()).toBe('CN=third');

  writeFileSync(files.certificateFile, 'no certificate at all');
  tls.reload();
  expect(await shown()).toBe('CN=third');
  rmSync(files.certificateFile);
  tls.reload();
  expect(await shown()).toBe('CN=third');
  expect(warnings).toHaveBeenCalledTimes(3);
});

it('knows who asks through a proxy, to whom the token of this machine is no token', async () => {
  const { access, routes } = await startApi();
  const { token } = access.tokens.create({ name: 'root', role: 'admin' }, 'ann');
  const server = createControlServer({ ...access, routes, publicUrl: new URL('https://apps.example.com') });
  const port = await server.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  const ask = (given: string, host: string, path = '/appcfg/v1/whoami', method = 'GET') =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { host, authorization: `Bearer ${given}`, 'x-forwarded-for': '6.6.6.6, 192.0.2.7' };
      const message = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      });
      message.once('error', reject).end();
    });
  expect(await ask(token, 'apps.example.com')).toBe(200);
  expect(await ask(TOKEN, 'apps.example.com')).toBe(401);
  expect(await ask(TOKEN, `127.0.0.1:${port}`)).toBe(401);
  expect(await ask(token, 'apps.example.com', '/appcfg/v1/tokens/nobody', 'DELETE')).toBe(404);
  // What the proxy wrote, and not what its client said.
  expect(access.audit.list({ actor: 'root' })).toMatchObject([{ address: '192.0.2.7', action: 'revoke token' }]);
});
