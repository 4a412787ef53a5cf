/** The control API for other machines: over TLS of its own, and behind a proxy. */
import { request } from 'node:http';
import { join } from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { createControlServer } from '../../../src/platform/control/control-server.ts';
import { TlsContext } from '../../../src/platform/control/tls-context.ts';
import { systemClock } from '../../../src/support/clock.ts';
import { startApi, TOKEN } from '../control/api-rig.ts';
import { makeCertificate } from '../make-certificate.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

it('speaks TLS 1.2 and newer only', async () => {
  const { access, routes } = await startApi();
  const directory = temporaryDirectory();
  const { certificate } = makeCertificate(directory, 'apps.example.com');
  const files = {
    certificateFile: join(directory, 'apps.example.com.crt'),
    keyFile: join(directory, 'apps.example.com.key'),
  };
  const tls = new TlsContext(files, systemClock);
  const server = createControlServer({ ...access, routes, tls });
  const port = await server.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    tls.close();
    await server.close();
  });
  const speak = (version: SecureVersion) =>
    new Promise<string | null>((resolve) => {
      const options = { ca: certificate, servername: 'apps.example.com', ciphers: 'DEFAULT@SECLEVEL=0' };
      const socket = connect({ host: '127.0.0.1', port, ...options, minVersion: version, maxVersion: version });
      socket.once('secureConnect', () => resolve(socket.getProtocol())).once('error', () => resolve(null));
      onTestFinished(() => void socket.destroy());
    });
  expect(await speak('TLSv1.1')).toBeNull();
  expect(await speak('TLSv1.2')).toBe('TLSv1.2');
  expect(await speak('TLSv1.3')).toBe('TLSv1.3');
  expect(() => new TlsContext({ ...files, keyFile: files.certificateFile }, systemClock)).toThrow(
    /can't be used for TLS/,
  );
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
