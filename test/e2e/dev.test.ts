/** `dev` as a person runs it: files change, programs break, Ctrl-C ends everything. */
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually, get, type Home, newHome, processesWith, type Running, root } from './program.ts';
import { keys, openPseudoTerminal } from './pseudo-terminal.ts';

interface Development {
  readonly running: Running;
  /** Everything it has printed so far. */
  text(): string;
  /** Waits until the text is printed, after what an earlier call waited for. */
  sees(text: string): Promise<void>;
  /** `http://localhost:PORT/` */
  url(): string;
  stop(): Promise<void>;
}

function develop(home: Home, ...argv: readonly string[]): Development {
  const running = home.start('dev', '--port', '0', ...argv);
  let output = '';
  let seen = 0;
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  running.child.stdout?.on('data', collect);
  running.child.stderr?.on('data', collect);
  let isOver = false;
  void running.finished.then(() => {
    isOver = true;
  });
  return {
    running,
    text: () => output,
    sees: async (text) => {
      await eventually(`"${text}" is printed; so far:\n${output}`, () => isOver || output.includes(text, seen)).catch(
        (error: unknown) => {
          throw new Error(`${String(error)}\nin the end:\n${output}`);
        },
      );
      const at = output.indexOf(text, seen);
      if (at === -1) throw new Error(`it ended before "${text}" was printed:\n${output}`);
      seen = at + text.length;
    },
    url: () => /http:\/\/localhost:\d+\//.exec(output)?.[0] ?? 'no address yet',
    stop: async () => {
      running.child.kill('SIGINT');
      await running.finished;
    },
  };
}

/** A home whose temporary files are in a folder of its own. */
function homeWithTemporary() {
  const temporary = mkdtempSync(join(tmpdir(), 'appcfg-e2e-tmp-'));
  const home: Home = newHome({ TMPDIR: temporary });
  // Called before the home's own clean-up, which stops what may still use it.
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 }));
  return { home, temporary };
}

const server = (text: string) =>
  `require('node:http').createServer((q, s) => { console.log('asked for ' + q.url); s.end(${JSON.stringify(text)}); }).listen(process.env.PORT);\n`;

function nodeModule(home: Home, name: string, yaml: string, text = name): string {
  const directory = join(home.directory, 'app', name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'app.yaml'), `runtime: nodejs20\n${yaml}`);
  writeFileSync(join(directory, 'server.js'), server(text));
  return join(directory, 'server.js');
}

describe('a change', () => {
  it('is live soon, only where it was made, with the logs of all modules beside one another', async () => {
    const { home } = homeWithTemporary();
    const web = nodeModule(home, 'web', 'module: default\n');
    nodeModule(home, 'worker', 'module: worker\nmanual_scaling:\n  instances: 1\n');
    writeFileSync(join(home.directory, 'app', 'dispatch.yaml'), "dispatch:\n- url: '*/work/*'\n  module: worker\n");
    const dev = develop(home, 'app');
    await dev.sees('Application app is running:');
    await dev.sees('Ctrl-C ends everything.');
    expect((await get(dev.url())).body).toBe('web');
    expect((await get(`${dev.url()}work/1`)).body).toBe('worker');
    await eventually('both modules have printed', () => /asked for \/work\/1/.test(dev.text()));
    await eventually('both requests are logged', () => dev.text().includes('GET /work/1 200'));
    expect(dev.text()).toMatch(/^[\d:.]+ default \| asked for \/$/m);
    expect(dev.text()).toMatch(/^[\d:.]+ worker {2}\| GET \/work\/1 200 /m);
    writeFileSync(web, server('changed'));
    await dev.sees('Reloaded default (');
    expect((await get(dev.url())).body).toBe('changed');
    expect(dev.text()).not.toContain('Reloaded worker');
    await dev.stop();
  });

  it('that does not start is explained, what ran before goes on, and the next one repairs it', async () => {
    const { home } = homeWithTemporary();
    const file = nodeModule(home, 'web', 'module: default\n');
    const dev = develop(home, 'app');
    await dev.sees('Ctrl-C ends everything.');
    writeFileSync(file, 'no program(');
    await dev.sees(`${file}:1`);
    await dev.sees('Error: Version dev of module default did not start');
    await dev.sees('What ran before goes on running.');
    expect((await get(dev.url())).body).toBe('web');
    writeFileSync(file, server('repaired'));
    await dev.sees('Reloaded default (');
    expect((await get(dev.url())).body).toBe('repaired');
    await dev.stop();
  });

  it('of a yaml file that is wrong shows where, and taking it back is enough', async () => {
    const { home } = homeWithTemporary();
    nodeModule(home, 'web', 'module: default\n');
    const yaml = join(home.directory, 'app', 'web', 'app.yaml');
    const good = readFileSync(yaml, 'utf8');
    const dev = develop(home, 'app');
    await dev.sees('Ctrl-C ends everything.');
    appendFileSync(yaml, 'instance_clas: F2\n');
    await dev.sees('app.yaml:3:1: error:');
    await dev.sees('What ran before goes on running.');
    writeFileSync(yaml, good);
    await dev.sees('Fine again: what runs is what is saved.');
    await dev.stop();
  });

  it('may add a module', async () => {
    const { home } = homeWithTemporary();
    nodeModule(home, 'web', 'module: default\n');
    const dev = develop(home, 'app');
    await dev.sees('Ctrl-C ends everything.');
    nodeModule(home, 'extra', 'module: extra\n');
    await dev.sees('Reloaded extra (');
    const { port } = new URL(dev.url());
    expect((await get(`http://extra.app.localhost:${port}/`)).body).toBe('extra');
    await dev.stop();
  });

  it('is found by looking, too', async () => {
    const { home } = homeWithTemporary();
    const file = nodeModule(home, 'web', 'module: default\n');
    const dev = develop(home, 'app', '--use_mtime_file_watcher=yes');
    await dev.sees('Ctrl-C ends everything.');
    writeFileSync(file, server('changed'));
    await dev.sees('Reloaded default (');
    await dev.stop();
  });
});

it('waits for a program that does not start at first', async () => {
  const { home } = homeWithTemporary();
  const file = nodeModule(home, 'web', 'module: default\n');
  writeFileSync(file, 'process.exit(4);');
  const dev = develop(home, 'app');
  await dev.sees('exited with code 4');
  await dev.sees('Nothing is running yet.');
  writeFileSync(file, server('started'));
  await dev.sees('Application app is running:');
  await dev.sees('Ctrl-C ends everything.');
  expect((await get(dev.url())).body).toBe('started');
  await dev.stop();
});

it('ends at once where there is no application', async () => {
  const { home } = homeWithTemporary();
  mkdirSync(join(home.directory, 'empty'));
  const { code, stderr } = await home.run('dev', 'empty', '--port', '0');
  expect(code).toBe(1);
  expect(stderr).toContain('Directory empty is empty.');
  expect(stderr).toContain('appcfg init');
});

it('takes options of dev_appserver.py', async () => {
  const { home } = homeWithTemporary();
  const file = nodeModule(home, 'web', 'module: default\nenv_variables:\n  COLOUR: red\n');
  const body = '`${process.env.COLOUR} ${process.env.GOOGLE_CLOUD_PROJECT} ${process.env.GAE_VERSION}`';
  writeFileSync(file, `console.log('hello'); ${server('x').replace('"x"', body)}`);
  const dev = develop(
    home,
    'app',
    '-A',
    'shop',
    '--env_var',
    'COLOUR=blue',
    '--log_level',
    'error',
    '--host=127.0.0.1',
  );
  await dev.sees('Application shop is running:');
  await dev.sees('Ctrl-C ends everything.');
  expect((await get(dev.url())).body).toBe('blue shop dev');
  expect(dev.text()).not.toContain('hello');
  await dev.stop();
});

it('prints one document a line with --json', async () => {
  const { home } = homeWithTemporary();
  nodeModule(home, 'web', 'module: default\n');
  const dev = develop(home, 'app', '--json');
  await dev.sees('"type":"serving"');
  await dev.stop();
  const { stdout, stderr, code } = await dev.running.finished;
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.find(({ type }) => type === 'serving').report).toMatchObject({ application: 'app', outcome: 'live' });
});

it('keeps what it is told to keep', async () => {
  const { home, temporary } = homeWithTemporary();
  nodeModule(home, 'web', 'module: default\n');
  for (const release of ['r1', 'r1']) {
    const dev = develop(home, 'app', '--storage-path', 'kept', '--json');
    await dev.sees('"type":"serving"');
    expect(dev.text()).toContain(`"release":"${release}"`);
    await dev.stop();
  }
  expect(readdirSync(join(home.directory, 'kept'))).toEqual(['state']);
  expect(readdirSync(temporary)).toEqual([]);
});

it('leaves nothing in the cache but what the next run can use', async () => {
  const { home } = homeWithTemporary();
  const app = join(home.directory, 'app');
  cpSync(join(root, 'test/fixtures/apps/nodejs-packages'), app, { recursive: true });
  writeFileSync(join(app, 'app.yaml'), 'runtime: nodejs\n');
  const dev = develop(home, 'app');
  await dev.sees('Ctrl-C ends everything.');
  const builds = join(home.directory, 'appcfg', 'cache', 'builds');
  expect(readdirSync(join(builds, 'node-run')).length).toBe(1);
  await dev.stop();
  expect(readdirSync(join(builds, 'node-run'))).toEqual([]);
  expect(readdirSync(join(builds, 'node')).length).toBe(1);
});

describe('the end', () => {
  const stubborn = `process.on('SIGTERM', () => {}); ${server('stubborn')}`;

  function onTerminal(home: Home, temporary: string) {
    const environment = {
      PATH: process.env.PATH,
      HOME: home.directory,
      APPCFG_HOME: join(home.directory, 'appcfg'),
      TMPDIR: temporary,
    };
    return openPseudoTerminal(['dev', 'app', '--port', '0'], { directory: home.directory, environment });
  }

  it('by Ctrl-C leaves no process and no file', async () => {
    const { home, temporary } = homeWithTemporary();
    nodeModule(home, 'web', 'module: default\n');
    nodeModule(home, 'worker', 'module: worker\nmanual_scaling:\n  instances: 2\n');
    const terminal = onTerminal(home, temporary);
    await terminal.sees('Ctrl-C ends everything.');
    expect(processesWith(temporary).length).toBeGreaterThan(2);
    // Modules have colours on a terminal.
    expect(terminal.raw()).toContain('\u001b[35mdefault |\u001b[39m');
    terminal.type(keys.interrupt);
    await terminal.sees('Ending ...');
    expect(await terminal.exitCode).toBe(0);
    expect(processesWith(temporary)).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('by a second Ctrl-C does not wait for anybody', async () => {
    const { home, temporary } = homeWithTemporary();
    writeFileSync(nodeModule(home, 'web', 'module: default\nmanual_scaling:\n  instances: 1\n'), stubborn);
    const terminal = onTerminal(home, temporary);
    await terminal.sees('Ctrl-C ends everything.');
    terminal.type(keys.interrupt);
    await terminal.sees('Ending ...');
    terminal.type(keys.interrupt);
    expect(await terminal.exitCode).toBe(130);
    await eventually('every instance is gone', () => processesWith(temporary).length === 0);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('by a kill ends every instance, and the next run takes away what it left', async () => {
    const { home, temporary } = homeWithTemporary();
    nodeModule(home, 'web', 'module: default\nmanual_scaling:\n  instances: 1\n');
    const killed = onTerminal(home, temporary);
    await killed.sees('Ctrl-C ends everything.');
    process.kill(killed.pid, 'SIGKILL');
    await eventually('every instance is gone', () => processesWith(temporary).length === 0);
    const [left] = readdirSync(temporary);
    expect(left).toContain('appcfg-dev-');
    const next = onTerminal(home, temporary);
    await next.sees('Ctrl-C ends everything.');
    expect(readdirSync(temporary)).not.toContain(left);
    next.type(keys.interrupt);
    await next.exitCode;
    expect(readdirSync(temporary)).toEqual([]);
  });
});
