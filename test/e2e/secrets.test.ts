/** Secrets on a real platform: what instances see, what is on disk, and what a rollback brings back. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { get, newHome } from './program.ts';

const server = `require('node:http').createServer((request, response) => {
  response.end(JSON.stringify({ token: process.env.TOKEN, key: process.env.KEY, pid: process.pid }));
}).listen(process.env.PORT);
`;

function placeApp(directory: string): void {
  mkdirSync(directory);
  writeFileSync(join(directory, 'server.js'), server);
  writeFileSync(
    join(directory, 'app.yaml'),
    'application: safe\nversion: uno\nruntime: nodejs20\nentrypoint: node server.js\nmanual_scaling:\n  instances: 1\nenv_variables:\n  TOKEN: from the file\n  KEY: plain\n',
  );
}

describe('secrets on the platform', () => {
  it('reach instances and nothing else, at once, and follow releases', async () => {
    const home = newHome();
    const app = join(home.directory, 'app');
    placeApp(app);
    const { url } = await home.json<{ url: string }>('update', app);
    const seen = async () => JSON.parse((await get(url)).body) as { token: string; key: string; pid: number };
    expect(await seen()).toMatchObject({ token: 'from the file', key: 'plain' });

    writeFileSync(join(home.directory, 'value'), 'planted-5ecre7-one\n');
    await home.json('secret', 'set', 'TOKEN', '--file', 'value', '-A', 'safe');
    const first = await seen();
    expect(first).toMatchObject({ token: 'planted-5ecre7-one', key: 'plain' });

    writeFileSync(join(home.directory, 'value'), 'planted-5ecre7-two');
    await home.json('secret', 'set', 'TOKEN', '--file', 'value', '-A', 'safe', '--staged');
    expect(await seen()).toEqual(first);
    // The files are the same, but what is deployed now gets the staged value.
    await home.json('update', app);
    expect(await seen()).toMatchObject({ token: 'planted-5ecre7-two' });
    const again = await seen();
    await home.json('update', app);
    expect(await seen()).toEqual(again);

    await home.json('rollback', '-A', 'safe');
    expect(await seen()).toMatchObject({ token: 'planted-5ecre7-one' });
    const listed = await home.json<{ secrets: { name: string; version: number }[] }>('secret', 'list', '-A', 'safe');
    // As the release was when the next one came: with what was staged.
    expect(listed.secrets).toMatchObject([{ name: 'TOKEN', version: 2 }]);

    await home.run('platform', 'stop');
    writeFileSync(join(home.directory, 'value'), '');
    const found = spawnSync('grep', ['-rlaF', 'planted-5ecre7', home.directory], { encoding: 'utf8' });
    expect(found.stdout).toBe('');
    await home.run('platform', 'start');
    expect(await seen()).toMatchObject({ token: 'planted-5ecre7-one' });
    await home.json('secret', 'unset', 'TOKEN', '-A', 'safe');
    expect(await seen()).toMatchObject({ token: 'from the file' });
  });

  it('that the application can not start with change nothing', async () => {
    const home = newHome();
    const app = join(home.directory, 'app');
    placeApp(app);
    writeFileSync(
      join(app, 'server.js'),
      `if (process.env.KEY === 'fatal') { console.error('no such key'); process.exit(3); }\n${server}`,
    );
    const { url } = await home.json<{ url: string }>('update', app);
    const before = (await get(url)).body;
    writeFileSync(join(home.directory, 'value'), 'fatal');
    const { code, stderr } = await home.run('secret', 'set', 'KEY', '--file', 'value', '-A', 'safe');
    expect(code).toBe(1);
    expect(stderr).toContain('Version uno of module default did not start');
    expect((await get(url)).body).toBe(before);
    expect((await home.json<{ secrets: unknown[] }>('secret', 'list', '-A', 'safe')).secrets).toEqual([]);
  });
});
