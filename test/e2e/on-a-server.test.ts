/** The unit, the proxy and the container of docs/guides/on-a-server.md, as they are written there. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import PlatformRun from '../../src/commands/platform/run.ts';
import { trustedProxies } from '../../src/platform/trusted-proxies.ts';
import { hasOpenssl, makeAuthority } from './certificates.ts';
import { hasNginx, type Nginx, startNginx } from './nginx.ts';
import { eventually, get, newHome, root } from './program.ts';

const program = join(root, 'bin', 'run.js');
const guide = readFileSync(join(root, 'docs/guides/on-a-server.md'), 'utf8');
const blocks = (language: string) =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text]) => text ?? '');
const [unit = ''] = blocks('ini');
const [container = ''] = blocks('dockerfile');
/** `Environment` and `ExecStart` of the unit, lines that go on joined. */
const setting = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit.replaceAll('\\\n', ' '))?.[1] ?? '';

/** Lines that systemd has to say about a unit; undefined where it can't look at any. */
function verified(text: string): readonly string[] | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'appcfg-unit-'));
  try {
    const file = join(directory, 'appcfg.service');
    writeFileSync(file, text.replace('/usr/bin/appcfg', process.execPath));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
    const lines = (stderr ?? '').split('\n').filter((line) => line.includes('appcfg.service'));
    return status === 0 || lines.length > 0 ? lines : undefined;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const hasSystemd = verified('[Service]\nExecStart=/usr/bin/appcfg\n') !== undefined;
/** An ordinary user, whom the unit is for; where the tests are one already, that one. */
const ordinary = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const mayRun =
  spawnSync(process.execPath, [program, 'version'], { ...ordinary, env: { PATH: process.env.PATH } }).status === 0;

it.skipIf(!hasSystemd)('the unit is one that systemd takes (systemd-analyze)', () => {
  expect(verified(unit)).toEqual([]);
  // A word that systemd does not know is told of.
  expect(verified(unit.replace('KillMode=', 'KillMood='))?.join()).toContain('KillMood');
});

it('proxies are trusted by address only', () => {
  const isTrusted = trustedProxies(['127.0.0.1', '10.0.0.0/24']);
  const asked = ['127.0.0.1', '10.0.0.9', '10.0.1.9', '::1'].map((address) => isTrusted?.(address));
  expect(asked).toEqual([true, true, false, false]);
  expect(trustedProxies([])).toBeUndefined();
  for (const range of ['*', 'everybody', ''])
    expect(() => trustedProxies([range])).toThrow('the IP address of a proxy');
});

it('the container file names options, variables and folders that there are', () => {
  const known = Object.entries(PlatformRun.flags).map(([name, flag]) => ({
    name,
    env: (flag as { env?: string }).env,
  }));
  const names = [...container.matchAll(/"--([\w-]+)"/g)].map(([, name]) => name);
  expect(names).toEqual(['host', 'port']);
  expect(known.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  const variables = [...container.matchAll(/\b(APPCFG_\w+)=/g)].map(([, name]) => name);
  expect(variables).toContain('APPCFG_TLS_CERT');
  expect([...known.map(({ env }) => env), 'APPCFG_HOME']).toEqual(expect.arrayContaining(variables));
  const { engines, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(container).toContain('FROM node:20-slim');
  expect(engines.node).toMatch(/^>=20/);
  expect(Object.keys(bin)).toContain('appcfg');
  const home = /APPCFG_HOME=(\S+)/.exec(container)?.[1];
  expect(container).toContain(`VOLUME ${home}\n`);
  expect(container).toContain(`install -d -o appcfg ${home}\n`);
});

it.skipIf(!hasOpenssl)(
  'nobody listens beyond the machine without a certificate, or while nobody could sign in',
  { timeout: 60_000 },
  async () => {
    const home = newHome();
    const bare = await home.run('platform', 'run', '--listen', '127.0.0.1:0');
    expect(bare).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('no certificate is named') });
    const { certificate, key } = makeAuthority(home.directory, 'authority').sign('server', 'IP:127.0.0.1', 9);
    const pair = ['--tls-cert', certificate, '--tls-key', key];
    const listening = await home.run('platform', 'run', '--listen', '127.0.0.1:0', ...pair);
    expect(listening).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('there is no token yet') });
    const behind = await home.run('platform', 'run', '--public-url', 'https://appcfg.example.com');
    expect(behind).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('there is no token yet') });
    expect(home.daemon()).toBeUndefined();
  },
);

describe.skipIf(!hasNginx || !hasOpenssl || !mayRun)('behind nginx (nginx, openssl)', { timeout: 60_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'appcfg-server-'));
  const home = join(directory, 'home');
  const authority = { file: join(directory, 'authority.pem') };
  let nginx: Nginx | undefined;
  let service: ReturnType<typeof start> | undefined;
  let token = '';

  /** A line of the unit or of the guide, with this machine's paths. */
  function start(line: string) {
    const [, ...args] = line.trim().split(/\s+/);
    const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(setting('Environment')) ?? [];
    const here = value.replace('/var/lib/appcfg', home);
    const env = { PATH: process.env.PATH, HOME: home, USER: 'appcfg', [name]: here, APPCFG_UPDATE_NOTICE: '0' };
    const child = spawn(process.execPath, [program, ...args], {
      ...ordinary,
      cwd: home,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (piece) => {
      output.stdout += String(piece);
    });
    child.stderr.on('data', (piece) => {
      output.stderr += String(piece);
    });
    const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    return { child, output, ended };
  }

  async function run(line: string): Promise<string> {
    const { ended, output } = start(line);
    const { code } = await ended;
    if (code !== 0) throw new Error(`${line} ended with ${code}\n${output.stdout}${output.stderr}`);
    return output.stdout;
  }

  const daemon = (): { readonly routerPort: number; readonly controlPort: number; readonly token: string } =>
    JSON.parse(readFileSync(join(home, 'state', 'platform.json'), 'utf8'));

  /** Through nginx. */
  function ask(
    host: string,
    path: string,
    { headers = {}, method = 'GET' }: { headers?: object; method?: string } = {},
  ) {
    return new Promise<{ status: number; location: string | undefined; body: string }>((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port: nginx?.port,
        servername: host,
        ca: readFileSync(authority.file),
        agent: false,
      };
      const message = request({ ...options, method, path, headers: { Host: host, ...headers } }, (response) => {
        let body = '';
        response.on('data', (piece) => {
          body += String(piece);
        });
        response.once('error', reject);
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, location: response.headers.location, body }),
        );
      });
      message.once('error', reject);
      message.end();
    });
  }

  beforeAll(async () => {
    mkdirSync(home);
    const signer = makeAuthority(directory, 'authority');
    const shop = signer.sign('shop', 'DNS:shop.example.com,DNS:*.shop.example.com', 9);
    const control = signer.sign('appcfg', 'DNS:appcfg.example.com,IP:127.0.0.1', 9);
    copyFileSync(control.certificate, join(home, 'server.pem'));
    copyFileSync(control.key, join(home, 'server.key'));
    cpSync(join(root, 'test/fixtures/apps/mirror'), join(home, 'mirror'), { recursive: true });
    spawnSync('chown', ['-R', `${ordinary.uid ?? process.getuid?.()}`, home]);
    if (ordinary.uid !== undefined) chownSync(directory, ordinary.uid, ordinary.gid);

    // The guide's first two commands, as the service's user.
    const [create = '', stop = ''] = [...guide.matchAll(/^\$ sudo -u appcfg \S+ (appcfg .*)$/gm)].map(
      ([, line]) => line,
    );
    token = (await run(create)).trim();
    await run(stop);
    const line = setting('ExecStart')
      .replace('--port 8080 --control-port 8090', '--port 0 --control-port 0')
      .replace('0.0.0.0:8443', '127.0.0.1:0')
      .replaceAll('/etc/appcfg', home);
    service = start(`${line} --public-url https://appcfg.example.com`);
    const { child, output } = service;
    await eventually('the platform runs', () => output.stdout.includes('sign in at') || child.exitCode !== null);
    expect(output.stdout).toMatch(/other machines sign in at https:\/\/127\.0\.0\.1:\d+/);
    await run('appcfg update mirror/app.yaml mirror/worker.yaml --json');

    const { routerPort, controlPort } = daemon();
    nginx = await startNginx(directory, (port) =>
      blocks('nginx')
        .join('\n')
        .replaceAll('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
        .replaceAll('127.0.0.1:8080', `127.0.0.1:${routerPort}`)
        .replaceAll('127.0.0.1:8090', `127.0.0.1:${controlPort}`)
        .replaceAll('/etc/ssl/shop.pem', shop.certificate)
        .replaceAll('/etc/ssl/shop.key', shop.key)
        .replaceAll('/etc/ssl/appcfg.pem', control.certificate)
        .replaceAll('/etc/ssl/appcfg.key', control.key),
    );
    // The guide's request that maps the domain, with the token of the state directory.
    const { status } = await fetch(`http://127.0.0.1:${controlPort}/v1/apps/shop/domainMappings`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${readFileSync(join(home, 'state', 'token'), 'utf8').trim()}`,
        'content-type': 'application/json',
      },
      body: /-d '(.*)' http:\/\/127\.0\.0\.1:8090\/v1\/apps\/shop\/domainMappings/.exec(guide)?.[1] ?? '',
    });
    expect(status).toBe(200);
  }, 120_000);

  afterAll(async () => {
    await nginx?.end();
    service?.child.kill('SIGKILL');
    await service?.ended;
    // Ends what a failed test may have left.
    await run('appcfg platform stop').catch(() => {});
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });

  it('modules answer by their host names, and applications learn who asks and how', async () => {
    const forged = {
      'X-Forwarded-For': '198.51.100.7',
      'X-Forwarded-Proto': 'http',
      'X-Real-IP': '198.51.100.7',
      Forwarded: 'for=198.51.100.7',
    };
    const answer = await ask('shop.example.com', '/who', { headers: forged });
    expect(answer.status).toBe(200);
    const seen = JSON.parse(answer.body);
    expect(seen).toMatchObject({
      host: 'shop.example.com',
      'x-appengine-user-ip': '127.0.0.1',
      'x-appengine-https': 'on',
      'x-forwarded-proto': 'https',
    });
    // nginx replaced what the client said.
    expect(seen['x-forwarded-for']).not.toContain('198.51.100.7');
    expect((await ask('worker.shop.example.com', '/')).body).toContain('module: worker');
    expect((await ask('nothing.shop.example.com', '/')).status).toBe(404);
  });

  it('who goes round the proxy is believed nothing', async () => {
    const { routerPort } = daemon();
    const direct = await get(`http://shop.localhost:${routerPort}/_secure`, { 'X-Appengine-User-Ip': '198.51.100.7' });
    expect(direct).toMatchObject({
      status: 302,
      headers: { location: expect.stringContaining('https://shop.localhost') },
    });
    expect(
      (await ask('shop.example.com', '/_secure', { headers: { 'X-Appengine-User-Ip': '198.51.100.7' } })).body,
    ).not.toContain('198.51.100.7');
  });

  it('nobody is taken for the person at the machine, whatever the proxy says', async () => {
    expect((await ask('shop.example.com', '/_ah/login')).status).toBe(403);
    // As if the two lines were missing in the proxy: the name is a local one, and so is the address.
    expect((await get(`http://shop.localhost:${daemon().routerPort}/_ah/login`)).status).toBe(403);
  });

  it('carries WebSockets', async () => {
    const socket = connect({
      host: '127.0.0.1',
      port: nginx?.port ?? 0,
      servername: 'shop.example.com',
      ca: readFileSync(authority.file),
    });
    let heard = Buffer.alloc(0);
    socket.on('data', (piece) => {
      heard = Buffer.concat([heard, piece]);
    });
    const key = 'dGhlIHNhbXBsZSBub25jZQ==';
    socket.write(
      `GET /socket HTTP/1.1\r\nHost: shop.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    await eventually('the upgrade is answered', () => heard.includes('\r\n\r\n'));
    expect(heard.toString()).toMatch(/^HTTP\/1\.1 101 [\s\S]*s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/);
    // "hello", masked with zeros.
    socket.write(Buffer.concat([Buffer.from([0x81, 0x85, 0, 0, 0, 0]), Buffer.from('hello')]));
    await eventually('the frame comes back', () =>
      heard.includes(Buffer.concat([Buffer.from([0x81, 5]), Buffer.from('hello')])),
    );
    socket.destroy();
  });

  it('takes the control API to other machines, who need a token of their own', async () => {
    const host = 'appcfg.example.com';
    const whoami = (bearer: string) =>
      ask(host, '/appcfg/v1/whoami', {
        headers: { Authorization: `Bearer ${bearer}`, 'X-Forwarded-For': '198.51.100.7' },
      });
    const own = await whoami(token);
    expect([own.status, JSON.parse(own.body)]).toMatchObject([200, { name: 'laptop', role: 'admin', kind: 'token' }]);
    expect((await whoami(daemon().token)).status).toBe(401);
    expect((await ask(host, '/appcfg/v1/whoami')).status).toBe(401);
    const stopped = await ask(host, '/appcfg/v1/apps/shop/modules/worker/versions/v1/instances/0', {
      method: 'DELETE',
      headers: { Authorization: `Bearer ${token}`, 'X-Forwarded-For': '198.51.100.7' },
    });
    expect(stopped.status).toBeGreaterThanOrEqual(400);
    const { body } = await ask(host, '/appcfg/v1/audit', { headers: { Authorization: `Bearer ${token}` } });
    const [entry] = JSON.parse(body).entries;
    expect(entry).toMatchObject({ actor: 'laptop', address: '127.0.0.1', action: 'stop instance' });
  });

  it('does not hold back a log that is followed', async () => {
    const lines: string[] = [];
    const options = {
      host: '127.0.0.1',
      port: nginx?.port,
      servername: 'appcfg.example.com',
      ca: readFileSync(authority.file),
      agent: false,
    };
    const headers = { Host: 'appcfg.example.com', Authorization: `Bearer ${token}` };
    const message = request({ ...options, path: '/appcfg/v1/apps/shop/logs?follow=1', headers }, (response) => {
      response.on('data', (piece) => lines.push(String(piece)));
      response.on('error', () => {});
    });
    message.on('error', () => {});
    message.end();
    // Lines from before it followed come first: then the tail is there.
    await eventually('the log is open', () => lines.length > 0);
    await ask('shop.example.com', '/followed');
    await eventually('the line comes while the answer goes on', () => lines.join('').includes('mirrored /followed'));
    message.destroy();
  });

  it('ends on SIGTERM, with its instances, within the time that the unit gives it', async () => {
    const { routerPort } = daemon();
    service?.child.kill('SIGTERM');
    expect(await service?.ended).toEqual({ code: 0, signal: null });
    expect(existsSync(join(home, 'state', 'platform.json'))).toBe(false);
    await expect(get(`http://shop.localhost:${routerPort}/`)).rejects.toThrow('ECONNREFUSED');
    expect(Number(setting('TimeoutStopSec'))).toBeGreaterThan(30);
  });
});
