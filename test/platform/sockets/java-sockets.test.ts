/** A real Java program with runtime java7, whose sockets are App Engine's, and with java8, whose are native (S1, K27). */
import { execFileSync, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Profile } from '../../../src/model/profile.ts';
import type { UsageReport } from '../../../src/model/usage.ts';
import type { DaemonFile } from '../../../src/protocol/daemon-file.ts';
import { apiPlatform } from '../apis/api-platform.ts';
import { type TestServer, tcpServer } from './socket-rig.ts';

const hasJava = ['java', 'javac', 'jar'].every((tool) => spawnSync(tool, ['-version']).error === undefined);

const channels = [
  'channel',
  'connected channel',
  'datagram channel',
  'asynchronous channel',
  'asynchronous server',
  'selection',
  'server channel',
  'server channel of any port',
];
const udp = createSocket('udp4');
udp.on('message', (data, { port, address }) => udp.send(`${data} pong`, port, address));
await new Promise<void>((done) => udp.bind(0, '127.0.0.1', done));
udp.unref();
const web = createHttpServer((request, response) =>
  response.end(request.headers['user-agent']?.includes('Java') ? 'native' : 'fetched'),
);
await new Promise<void>((done) => web.listen(0, '127.0.0.1', done));
web.unref();
const echo: TestServer = await tcpServer((socket) => socket.pipe(socket));
echo.server.unref();
const secret = createTlsServer(
  { key: readFileSync('test/fixtures/tls/localhost.key'), cert: readFileSync('test/fixtures/tls/localhost.crt') },
  (socket) => socket.on('error', () => {}).pipe(socket),
);
await new Promise<void>((done) => secret.listen(0, '127.0.0.1', done));
secret.unref();
const ports = [
  echo.port,
  udp.address().port,
  (web.address() as AddressInfo).port,
  (secret.address() as AddressInfo).port,
];

describe.skipIf(!hasJava)('sockets of a Java program', () => {
  const platform = apiPlatform({
    ...process.env,
    APPCFG_SOCKET_ALLOW: '* 127.0.0.1',
    APPCFG_EGRESS: 'advisory',
  });
  let directory = '';

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'appcfg-java-'));
    const classes = join(directory, 'classes');
    const app = join(directory, 'app');
    execFileSync('javac', ['-nowarn', '-d', classes, 'test/fixtures/apps/java-sockets/Main.java']);
    execFileSync('mkdir', ['-p', app]);
    execFileSync('jar', ['--create', '--file', join(app, 'app.jar'), '--main-class', 'Main', '-C', classes, '.']);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  async function tried(
    runtime: string,
    application = runtime,
    profile?: Profile,
  ): Promise<Readonly<Record<string, string>>> {
    await platform.deploy(application, [{ app: join(directory, 'app'), spec: { runtime, instanceClass: 'B4' } }]);
    if (profile !== undefined) await platform.backend.usage?.setProfile(application, profile);
    const { body } = await platform.ask(application, `/try?${ports.join(',')}`);
    return Object.fromEntries(
      body.split('\n').map((line) => {
        const at = line.indexOf(' = ');
        return [line.slice(0, at), line.slice(at + 3)] as const;
      }),
    );
  }

  const denied = expect.stringMatching(/^SocketException: Permission denied/);
  const missing = expect.stringMatching(/^UnsupportedOperationException: Not implemented/);

  describe('of runtime java7', () => {
    let seen: Readonly<Record<string, string>>;
    beforeAll(async () => {
      seen = await tried('java7');
    });

    it('K1 connects by TCP and UDP, carries megabytes, and has timeouts', () => {
      expect(seen).toMatchObject({
        echo: `hello ${echo.port}`,
        megabytes: String(3 << 20),
        timeout: 'SocketTimeoutException: Read timed out',
        datagram: 'ping pong',
      });
    });

    it('K2 K5 listens on no port but its own, and binds to none, by sockets and by channels', () => {
      expect(seen).toMatchObject({
        listen: denied,
        bind: denied,
        'server channel': denied,
        'server channel of any port': denied,
      });
    });

    it('K8 K9 has no port 25, and port 587', () => {
      expect(seen).toMatchObject({ mail: denied, submission: 'ConnectException: Connection refused' });
    });

    it('K10 reaches no private addresses and no groups', () => {
      expect(seen).toMatchObject({ private: denied, group: 'SocketException: Not implemented: multicast' });
    });

    it('K12 K13 has mock values for options, and others are not implemented', () => {
      expect(seen).toMatchObject({
        options: 'false false true 2097152 2097152 -1',
        'traffic class': expect.stringMatching(/^SocketException: Not implemented/),
      });
    });

    it('K23 K27 has no channels, so that nothing can be selected from', () => {
      expect(seen).toMatchObject({
        channel: missing,
        'connected channel': missing,
        'datagram channel': missing,
        'asynchronous channel': missing,
        'asynchronous server': missing,
        selection: missing,
      });
    });

    it('K24 has no FTP, by its port and by its addresses', () => {
      expect(seen).toMatchObject({ ftp: denied, 'ftp url': denied });
    });

    it('K25 K27 has java.net.URL by URL Fetch, and isReachable that does nothing', () => {
      expect(seen).toMatchObject({ url: 'fetched', reachable: 'false' });
    });

    it('K27 has javax.net.ssl', () => {
      expect(seen.tls).toBe('secret');
    });

    it('K27 has none at all when the application is not paid', async () => {
      const refused = expect.stringMatching(/^SocketException: .*paid/);
      expect(await tried('java7', 'unpaid', 'free')).toMatchObject({ echo: refused, datagram: refused, tls: refused });
    });

    it('K28 has its bytes counted as outgoing bandwidth', async () => {
      const daemon: DaemonFile = JSON.parse(readFileSync(join(platform.directory, 'platform.json'), 'utf8'));
      const url = `http://127.0.0.1:${daemon.controlPort}/appcfg/v1/apps/java7/usage`;
      const answer = await fetch(url, { headers: { Authorization: `Bearer ${daemon.token}` } });
      const { days } = (await answer.json()) as UsageReport;
      expect(days[0]?.socketBytesSent).toBeGreaterThan(3 << 20);
    });

    it('is said to be advisory, where nothing but the agent holds it', async () => {
      const [instance] = (await platform.backend.instances?.list('java7')) ?? [];
      expect(instance?.egress).toBe('advisory');
    });
  });

  it('K27 java8 has native sockets without restriction', async () => {
    const seen = await tried('java8');
    expect(seen).toMatchObject({
      echo: `hello ${echo.port}`,
      megabytes: String(3 << 20),
      datagram: 'ping pong',
      listen: 'true',
      bind: 'true',
      ...Object.fromEntries(channels.map((name) => [name, 'true'])),
      group: 'joined',
      tls: 'secret',
      reachable: 'true',
      'traffic class': 'set',
      url: 'native',
    });
    const [instance] = (await platform.backend.instances?.list('java8')) ?? [];
    expect(instance?.egress).toBe('unrestricted');
  });
});
