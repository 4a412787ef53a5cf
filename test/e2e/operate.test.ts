import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyExample, eventually, get, type Home, newHome } from './program.ts';

interface Instances {
  readonly instances: readonly {
    readonly module: string;
    readonly version: string;
    readonly id: string;
    readonly pid: number;
  }[];
}

/** Two modules of Node.js that say which version answers, the second with manual scaling. */
function application(home: Home, version: string): string {
  const directory = join(home.directory, 'two');
  mkdirSync(directory, { recursive: true });
  const head = `application: two\nversion: ${version}\nruntime: nodejs20\nentrypoint: node server.js\n`;
  writeFileSync(join(directory, 'app.yaml'), head);
  writeFileSync(join(directory, 'worker.yaml'), `${head}module: worker\nmanual_scaling:\n  instances: 2\n`);
  const text = "process.env.GAE_SERVICE + ' ' + process.env.GAE_VERSION + ' ' + process.env.GAE_INSTANCE";
  writeFileSync(
    join(directory, 'server.js'),
    `require('node:http').createServer((q, s) => s.end(${text})).listen(process.env.PORT, '127.0.0.1');\n`,
  );
  return directory;
}

function deploy(home: Home, version: string, ...flags: readonly string[]) {
  const directory = application(home, version);
  return home.json<{ url: string }>('update', join(directory, 'app.yaml'), join(directory, 'worker.yaml'), ...flags);
}

async function workers(home: Home) {
  const { instances } = await home.json<Instances>('instances', 'list');
  return instances.filter(({ module }) => module === 'worker');
}

describe('operating what is deployed', () => {
  it('sets the number of instances without disturbing those that run', async () => {
    const home = newHome();
    const { host } = new URL((await deploy(home, 'one')).url);
    const before = await workers(home);
    expect(before.map(({ id }) => id)).toEqual(['0', '1']);
    await home.json('set-num-instances', '3', '-A', 'two', '-M', 'worker', '-V', 'one');
    const after = await workers(home);
    expect(after.map(({ id }) => id)).toEqual(['0', '1', '2']);
    expect(after.slice(0, 2).map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid));
    expect((await get(`http://2.one.worker.${host}/`)).body).toBe('worker one 2');
    await home.json('set_num_instances', '1', '-A', 'two', '-M', 'worker', '-V', 'one');
    await eventually('one instance is left', async () => (await workers(home)).length === 1);
  });

  it('stops and starts all instances of a version; a stopped one answers 404', async () => {
    const home = newHome();
    const { host } = new URL((await deploy(home, 'one')).url);
    await home.json('stop', '-A', 'two', '-M', 'worker', '-V', 'one');
    expect(await workers(home)).toEqual([]);
    expect((await get(`http://worker.${host}/`)).status).toBe(404);
    await home.json('start', '-A', 'two', '-M', 'worker', '-V', 'one');
    expect((await get(`http://worker.${host}/`)).status).toBe(200);
    const refused = await home.run('stop', '-A', 'two', '-M', 'default', '-V', 'one');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('automatic scaling')]);
  });

  it('keeps a new version apart until it is made the default, and deletes what serves nobody', async () => {
    const home = newHome();
    const { url } = await deploy(home, 'one');
    const { host } = new URL(url);
    await deploy(home, 'two');
    expect((await get(url)).body).toMatch(/^default one /);
    expect((await get(`http://two.${host}/`)).body).toMatch(/^default two /);
    const refused = await home.run('delete-version', '-A', 'two', '-M', 'default', '-V', 'one');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('set-default-version')]);
    await home.json('set-default-version', '-A', 'two', '-M', 'default,worker', '-V', 'two');
    expect((await get(url)).body).toMatch(/^default two /);
    expect((await get(`http://worker.${host}/`)).body).toMatch(/^worker two /);
    await home.json('delete_version', '-A', 'two', '-M', 'default', '-V', 'one');
    expect((await get(`http://one.${host}/`)).body).toMatch(/^default two /);
  });

  it('finds what an application printed, with module, version, instance and request', async () => {
    const home = newHome();
    const directory = application(home, 'one');
    appendFileSync(join(directory, 'server.js'), "console.log('hello from the start');\n");
    const { url } = await home.json<{ url: string }>('update', join(directory, 'app.yaml'));
    await get(`${url}some/path?x=1`);
    await eventually('both lines are in the log', async () => {
      const { stdout } = await home.run('logs', '-A', 'two');
      return stdout.includes('hello from the start') && stdout.includes('/some/path?x=1');
    });
    const follower = home.start('logs', '-A', 'two', '--follow');
    let followed = '';
    follower.child.stdout?.on('data', (chunk: Buffer) => {
      followed += chunk.toString();
    });
    await eventually('a new request is seen', async () => {
      await get(`${url}followed`);
      return followed.includes('/followed');
    });
    follower.child.kill('SIGINT');
    // Ending what never ends by itself is no failure.
    expect((await follower.finished).code).toBe(0);
  });
});

describe('Ctrl-C', () => {
  it('at any moment of a deploy leaves the application whole, and the same command goes on', async () => {
    const home = newHome();
    const directory = copyExample(home, 'simple-sample');
    const files = ['app.yaml', 'mobile-frontend.yaml', 'my-module.yaml'].map((name) => join(directory, name));
    await home.json('update', ...files);
    for (const delayMs of [40, 90, 150, 220, 320, 450]) {
      appendFileSync(join(directory, 'main.py'), `# ${delayMs}\n`);
      const { child, finished } = home.start('update', ...files);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      child.kill('SIGINT');
      const { code, stderr } = await finished;
      // null: the signal came before the program had begun.
      expect([0, 130, null]).toContain(code);
      if (code === 130 && stderr !== '') expect(stderr).toMatch(/[Ii]nterrupted/);
    }
    const report = await home.json<{ outcome: string; modules: { url: string }[] }>('update', ...files);
    expect(['live', 'unchanged']).toContain(report.outcome);
    for (const { url } of report.modules) expect((await get(url)).status).toBe(200);
    const { operations } = await home.json<{ operations: { state: string }[] }>(
      'operations',
      'list',
      '-A',
      'simple-sample',
    );
    expect(operations.filter(({ state }) => state === 'pending')).toEqual([]);
  });
});
