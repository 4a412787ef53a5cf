/** A real Java program with runtime java7, whose sockets are App Engine's, and with java8, whose are native (S1, K27). */
import { execFileSync, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Profile } from '../../../src/model/profile.ts';
import { apiPlatform } from '../apis/api-platform.ts';
import { type TestServer, tcpServer } from './socket-rig.ts';

const hasJava = ['java', 'javac', 'jar'].every((tool) => spawnSync(tool, ['-version']).error === undefined);

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
const ports = [echo.port, udp.address().port, (web.address() as AddressInfo).port];

describe.skipIf(!hasJava)('sockets of a Java program', () => {
  const platform = apiPlatform({
    ...process.env,
    APPCFG_SOCKET_ALLOW: '* 127.0.0.1',
  });
  const directory = mkdtempSync(join(tmpdir(), 'appcfg-java-'));

  beforeAll(() => {
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

  it('K27: java7 has the outbound sockets of App Engine, and nothing else', async () => {
    const seen = await tried('java7');
    expect(seen).toMatchObject({
      echo: `hello ${echo.port}`,
      megabytes: String(3 << 20),
      timeout: 'SocketTimeoutException: Read timed out',
      datagram: 'ping pong',
      mail: expect.stringMatching(/^SocketException: Permission denied/),
      submission: 'ConnectException: Connection refused',
      private: expect.stringMatching(/^SocketException: Permission denied/),
      listen: expect.stringMatching(/^SocketException: Permission denied/),
      bind: expect.stringMatching(/^SocketException: Permission denied/),
      channel: expect.stringMatching(/^UnsupportedOperationException: Not implemented/),
      'datagram channel': expect.stringMatching(/^UnsupportedOperationException: Not implemented/),
      reachable: 'false',
      options: 'false false true 2097152 2097152 -1',
      'traffic class': expect.stringMatching(/^SocketException: Not implemented/),
      url: 'fetched',
    });
    const [instance] = (await platform.backend.instances?.list('java7')) ?? [];
    expect(instance?.egress).toBe('advisory');
  });

  it('K27: java7 of an application that is not paid has no sockets at all', async () => {
    const seen = await tried('java7', 'unpaid', 'free');
    expect(seen.echo).toMatch(/^SocketException: .*paid/);
  });

  it('java8 has native sockets without restriction', async () => {
    const seen = await tried('java8');
    expect(seen).toMatchObject({
      echo: `hello ${echo.port}`,
      megabytes: String(3 << 20),
      datagram: 'ping pong',
      listen: 'true',
      bind: 'true',
      channel: 'true',
      'datagram channel': 'true',
      reachable: 'true',
      'traffic class': 'set',
      url: 'native',
    });
    const [instance] = (await platform.backend.instances?.list('java8')) ?? [];
    expect(instance?.egress).toBe('unrestricted');
  });
});
