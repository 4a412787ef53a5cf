/** Custom domains with a certificate: TLS on the port of plain HTTP. */
import { once } from 'node:events';
import { request } from 'node:https';
import { connect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { RoutedApplication } from '../../../src/platform/router/routing-table.ts';
import { makeCertificate, type TestCertificate } from '../make-certificate.ts';
import { hasTool } from '../runtimes/tools.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { call } from './client.ts';
import { FakePool } from './fake-pool.ts';
import { application, appSpec, module, portOf, startRouter, startServer, table, version } from './router-bench.ts';

const domain = 'www.example.com';

async function secured(change: Partial<RoutedApplication> = {}) {
  const pair = makeCertificate(temporaryDirectory(), domain);
  const instance = await startServer((message, response) => {
    response.end(`${message.headers['x-forwarded-proto']} ${message.headers.host}`);
  });
  const pool = new FakePool();
  pool.add(instance);
  const routes = (edge: Partial<RoutedApplication>) =>
    table(application([module(version(pool, { spec: appSpec({ handlers: [] }) }))], { domains: [domain], ...edge }));
  const certificates = [{ domain, ...pair }];
  const bench = await startRouter(routes({ certificates, ...change }));
  return { ...bench, pair, certificates, routes, instance };
}

function get(port: number, { certificate }: TestCertificate, servername = domain): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      servername,
      ca: certificate,
      agent: false,
      headers: { host: servername },
    };
    const message = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => resolve(`${response.statusCode} ${Buffer.concat(chunks)}`));
      response.once('error', reject);
    });
    message.once('error', reject);
    message.end();
  });
}

describe.skipIf(!hasTool('openssl'))('a domain with a certificate (needs openssl)', () => {
  it('answers over TLS, verified, and over plain HTTP on the same port', async () => {
    const { port, pair } = await secured();
    expect(await get(port, pair)).toBe(`200 https ${domain}`);
    expect(await call(port, { host: domain })).toMatchObject({ status: 200, body: `http ${domain}` });
    const [first, second] = await Promise.all([get(port, pair), call(port, { host: domain })]);
    expect([first, second.status]).toEqual([`200 https ${domain}`, 200]);
  });

  it('1.2i is the only one that does: other names get no certificate', async () => {
    const { port, pair } = await secured();
    await expect(get(port, pair, 'other.example.org')).rejects.toThrow();
    const anonymous = tlsConnect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    await expect(once(anonymous, 'secureConnect')).rejects.toThrow();
  });

  it('follows the table: a new certificate at once, none when it is taken away', async () => {
    const { port, pair, router, routes } = await secured({ certificates: [] });
    await expect(get(port, pair)).rejects.toThrow();
    router.swap(routes({ certificates: [{ domain, ...pair }] }));
    expect(await get(port, pair)).toBe(`200 https ${domain}`);
    const newer = makeCertificate(temporaryDirectory(), domain);
    router.swap(routes({ certificates: [{ domain, ...newer }] }));
    await expect(get(port, pair)).rejects.toThrow();
    expect(await get(port, newer)).toBe(`200 https ${domain}`);
    router.swap(routes({ certificates: [{ domain, certificate: 'damaged', privateKey: 'damaged' }] }));
    expect((await call(port, { host: domain })).status).toBe(200);
  });

  it('carries WebSockets', async () => {
    const { port, pair, instance } = await secured();
    const sockets = new WebSocketServer({ server: instance });
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${data}`)));
    const options = { servername: domain, ca: pair.certificate, headers: { host: domain } };
    const client = new WebSocket(`wss://127.0.0.1:${port}/`, options);
    await once(client, 'open');
    client.send('hello');
    const [answer] = await once(client, 'message');
    expect(String(answer)).toBe('echo hello');
    client.terminate();
    sockets.close();
  });

  it('waits neither for silent clients nor for half a handshake when the router ends', async () => {
    const { port, router } = await secured();
    const silent = connect({ host: '127.0.0.1', port });
    const stuck = connect({ host: '127.0.0.1', port });
    await Promise.all([once(silent, 'connect'), once(stuck, 'connect')]);
    stuck.write(Buffer.from([0x16, 0x03, 0x01]));
    const closed = [silent, stuck].map(
      (socket) =>
        new Promise<void>((resolve) =>
          socket
            .on('error', () => {})
            .once('close', () => resolve())
            .resume(),
        ),
    );
    await router.close({ graceMs: 10 });
    await Promise.all(closed);
  });

  it('gives up on clients that say nothing', async () => {
    const pair = makeCertificate(temporaryDirectory(), domain);
    const instance = await startServer((_, response) => response.end());
    const pool = new FakePool();
    pool.add(instance);
    const routes = table(
      application([module(version(pool))], { domains: [domain], certificates: [{ domain, ...pair }] }),
    );
    const { port } = await startRouter(routes, { limits: { headersTimeoutMs: 50 } });
    const silent = connect({ host: '127.0.0.1', port }).resume();
    await once(silent, 'close');
    expect(portOf(instance)).toBeGreaterThan(0);
  });
});
