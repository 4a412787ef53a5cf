import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyExample, eventually, type Finished, get, type Home, newHome } from './program.ts';

/** A one-module Node.js application whose program is the given text. */
function nodeApplication(home: Home, program: string, scaling = 'manual_scaling:\n  instances: 1\n'): string {
  const directory = join(home.directory, 'app');
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'app.yaml'),
    `application: bad\nversion: one\nruntime: nodejs20\nentrypoint: node server.js\n${scaling}`,
  );
  writeFileSync(join(directory, 'server.js'), program);
  return join(directory, 'app.yaml');
}

const good = `require('node:http').createServer((q, s) => s.end('good')).listen(process.env.PORT, '127.0.0.1');`;

function expectPlainFailure(result: Finished, ...texts: readonly string[]) {
  expect([result.code, result.stderr]).toEqual([1, result.stderr]);
  for (const text of texts) expect(result.stderr).toContain(text);
  expect(result.stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
}

/** Of each test; on a busy machine they take longer together. */
const PATIENCE_MS = 120_000;

// Side by side, each with a platform of its own: a wrong port is believed after ten seconds.
describe.concurrent('a module that does not start', { timeout: PATIENCE_MS }, () => {
  it.for([
    ['exits', `console.error('no database here'); process.exit(3);`, ['code 3', 'no database here']],
    [
      'listens on another port',
      `require('node:http').createServer((q, s) => s.end()).listen(Number(process.env.PORT) + 1, '127.0.0.1'); console.log('up');`,
      ['$PORT', 'up'],
    ],
    [
      'answers 500 to its start request',
      `require('node:http').createServer((q, s) => { console.log('asked ' + q.url); s.statusCode = 500; s.end(); }).listen(process.env.PORT, '127.0.0.1');`,
      ['/_ah/start', '500', 'asked /_ah/start'],
    ],
  ] as const)(
    'because it %s is explained with its last lines, and the old release serves on',
    async ([, program, texts], { onTestFinished }) => {
      const home = newHome({}, onTestFinished);
      const yaml = nodeApplication(home, good);
      const { url } = await home.json<{ url: string }>('update', yaml);
      nodeApplication(home, program);
      expectPlainFailure(await home.run('update', yaml), ...texts);
      expect((await get(url)).body).toBe('good');
      const { applications } = await home.json<{ applications: { release: string }[] }>('status');
      expect(applications[0]?.release).toBe('r1');
    },
  );
});

describe.concurrent('the platform', { timeout: PATIENCE_MS }, () => {
  it('says which port is in use, and how to choose another', async ({ onTestFinished }) => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await eventually('the port is taken', () => server.listening);
    const { port } = server.address() as AddressInfo;
    const home = newHome({ APPCFG_PORT: String(port) }, onTestFinished);
    expectPlainFailure(await home.run('update', nodeApplication(home, good)), String(port), 'APPCFG_PORT');
  });

  it('of another version is named, with what to do', async ({ onTestFinished }) => {
    const home = newHome({}, onTestFinished);
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ protocol: 999, version: '99.0.0', pid: process.pid, applications: [] }));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await eventually('the other platform listens', () => server.listening);
    const state = join(home.directory, 'appcfg', 'state');
    mkdirSync(state, { recursive: true });
    const { port } = server.address() as AddressInfo;
    const daemon = {
      // Of a process that has ended: nobody waits for it.
      pid: spawnSync('true').pid,
      version: '99.0.0',
      protocol: 999,
      host: '127.0.0.1',
      controlPort: port,
      routerPort: 1,
      token: 't',
    };
    writeFileSync(join(state, 'platform.json'), JSON.stringify(daemon));
    expectPlainFailure(await home.run('update', nodeApplication(home, good)), '99.0.0', 'platform restart');
  });

  const canMount = process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0;
  it.skipIf(!canMount)(
    'on a full disk refuses the deploy with that reason, and goes on when there is room',
    async ({ onTestFinished }) => {
      const home = newHome({}, onTestFinished);
      const appcfg = join(home.directory, 'appcfg');
      mkdirSync(appcfg);
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', appcfg]);
      if (mounted.status !== 0) return;
      onTestFinished(async () => {
        await home.run('platform', 'stop');
        spawnSync('umount', ['-l', appcfg]);
      });
      const yaml = nodeApplication(home, good);
      const { url } = await home.json<{ url: string }>('update', yaml);
      const large = join(home.directory, 'app', 'large.bin');
      writeFileSync(large, Buffer.alloc(20 * 1024 * 1024, 1));
      const refused = await home.run('update', yaml);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/no space left|disk is full|ENOSPC/i);
      expect((await get(url)).body).toBe('good');
      writeFileSync(large, Buffer.alloc(1024, 1));
      expect((await home.json<{ outcome: string }>('update', yaml)).outcome).toBe('live');
    },
  );
});

describe.concurrent('a first upload', { timeout: PATIENCE_MS }, () => {
  it('without the default module first is refused with the corrected command, and nothing is uploaded', async ({
    onTestFinished,
  }) => {
    const home = newHome({}, onTestFinished);
    const directory = copyExample(home, 'simple-sample');
    const mobile = join(directory, 'mobile-frontend.yaml');
    const app = join(directory, 'app.yaml');
    expectPlainFailure(await home.run('update', mobile, app), `appcfg update ${app} ${mobile}`);
    expect((await home.json<{ applications: unknown[] }>('status')).applications).toEqual([]);
    const ordered = await home.json<{ modules: { module: string }[] }>('update', '--auto-order', mobile, app);
    expect(ordered.modules.map(({ module }) => module)).toEqual(['default', 'mobile-frontend']);
  });
});
