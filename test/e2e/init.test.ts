/** Every starter is written, deployed as it is, and called; the questions are asked on a real terminal. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { get, type Home, newHome } from './program.ts';
import { keys, openPseudoTerminal } from './pseudo-terminal.ts';

interface Report {
  readonly modules: readonly { readonly module: string; readonly url: string }[];
  readonly url: string;
}

const has = (program: string, ...args: readonly string[]) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;
const tools: readonly (readonly [runtime: string, tool: string, isHere: boolean])[] = [
  ['python3', 'python3', has('python3', '--version')],
  ['python27', 'python', has('python3', '--version')],
  ['nodejs', 'node', true],
  ['java', 'java', has('java', '-version')],
  ['go', 'go', has('go', 'version')],
  ['php', 'php', has('php', '--version')],
];

describe.each(tools)('the starter for %s', (runtime, tool, isHere) => {
  it.skipIf(!isHere)(`is deployed as it is, and answers (needs ${tool})`, async () => {
    const home = newHome();
    expect((await home.run('init', 'shop', '--yes', '--runtime', runtime, '--cron', '--queue')).code).toBe(0);
    const { url } = await home.json<Report>('update', 'shop');
    expect(await get(url)).toMatchObject({ status: 200, body: 'Hello from module default, version v1!\n' });
    expect(await get(`${url}missing`)).toMatchObject({ status: 404, body: 'There is no page /missing.\n' });
    // Only the platform itself can send these headers.
    for (const [path, header] of [
      ['cron/daily', 'X-Appengine-Cron'],
      ['tasks/work', 'X-Appengine-QueueName'],
    ] as const) {
      expect(await get(`${url}${path}`, { [header]: 'true' })).toMatchObject({ status: 403 });
    }
  });
});

describe('the starter for static', () => {
  it('is deployed as it is, and answers', async () => {
    const home = newHome();
    await home.run('init', 'pages', '-r', 'static', '-M', 'web', '-M', 'mobile', '--dispatch');
    const { url } = await home.json<Report>('update', 'pages');
    for (const address of [url, `${url}mobile/`]) {
      const answer = await get(address);
      expect([address, answer.status, answer.headers['content-type']]).toEqual([address, 200, 'text/html']);
      expect(answer.body).toContain('<h1>Hello from files alone!</h1>');
      expect((await get(`${address}style.css`)).status).toBe(200);
    }
  });
});

it('writes several modules that are deployed by the command that it names, and reached by their paths', async () => {
  const home = newHome();
  const { next } = await home.json<{ next: readonly string[] }>(
    ...['init', 'shop', '--runtime', 'nodejs', '-M', 'web', '-M', 'worker:manual', '--dispatch', '--queue'],
  );
  expect(next).toEqual(['cd shop', 'appcfg dev', 'appcfg update .']);
  const { url, modules } = await home.json<Report>('update', 'shop');
  expect(modules.map(({ module }) => module)).toEqual(['default', 'worker']);
  expect((await get(`${url}worker/`)).body).toBe('Hello from module worker, version v1!\n');
  expect((await get(modules[1]?.url ?? '')).body).toBe('Hello from module worker, version v1!\n');
});

function onTerminal(home: Home, ...argv: readonly string[]) {
  const environment = { PATH: process.env.PATH, HOME: home.directory, APPCFG_HOME: join(home.directory, 'appcfg') };
  return openPseudoTerminal(argv, { directory: home.directory, environment });
}

describe('on a terminal', () => {
  it('asks, and writes what was answered', async () => {
    const home = newHome();
    const terminal = onTerminal(home, 'init', 'shop');
    await terminal.sees('What runs the code?');
    terminal.type(keys.down + keys.down);
    await terminal.sees("npm's start script begins it.");
    terminal.type(keys.enter);
    await terminal.sees('Application id');
    terminal.type(`shop-2${keys.enter}`);
    await terminal.sees('Which modules?');
    terminal.type(keys.down + keys.down + keys.space + keys.enter);
    await terminal.sees('How does module web scale?');
    terminal.type(keys.enter);
    await terminal.sees('384 MB of memory and 600 MHz');
    terminal.type(keys.enter);
    await terminal.sees('How does module worker scale?');
    terminal.type(keys.down);
    await terminal.sees('A fixed number of instances run all the time');
    terminal.type(keys.enter);
    await terminal.sees('How big');
    terminal.type(keys.enter);
    await terminal.sees('A dispatch.yaml');
    terminal.type(keys.enter);
    await terminal.sees('A cron.yaml');
    terminal.type(`y${keys.enter}`);
    await terminal.sees('A queue.yaml');
    terminal.type(keys.enter);
    await terminal.sees('appcfg dev');
    expect(await terminal.exitCode).toBe(0);
    const directory = join(home.directory, 'shop');
    expect(readdirSync(directory).sort()).toEqual(['cron.yaml', 'dispatch.yaml', 'web', 'worker']);
    expect(readFileSync(join(directory, 'worker', 'app.yaml'), 'utf8')).toMatch(
      /^application: shop-2\nmodule: worker\n.*instance_class: B2\nmanual_scaling:\n/s,
    );
  });

  it('says at once why an answer will not do', async () => {
    const home = newHome();
    const terminal = onTerminal(home, 'init', 'shop', '--runtime', 'static', '--module', 'web');
    await terminal.sees('Application id');
    terminal.type(`Not This!${keys.enter}`);
    await terminal.sees('It must be 1 to 100 lower-case letters');
    terminal.type(`${keys.backspace.repeat(9)}this${keys.enter}`);
    await terminal.sees('Application this in');
    expect(await terminal.exitCode).toBe(0);
  });

  it.each([1, 2, 3])('leaves nothing behind on Ctrl-C at question %i', async (question) => {
    const home = newHome();
    const terminal = onTerminal(home, 'init', 'shop');
    const questions = ['What runs the code?', 'Application id', 'Which modules?'].slice(0, question);
    for (const [index, message] of questions.entries()) {
      await terminal.sees(message);
      terminal.type(index === question - 1 ? keys.interrupt : keys.enter);
    }
    await terminal.sees('Interrupted at a question; nothing was changed.');
    expect(await terminal.exitCode).toBe(130);
    expect(existsSync(join(home.directory, 'shop'))).toBe(false);
  });
});
