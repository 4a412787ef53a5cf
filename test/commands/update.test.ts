import { describe, expect, it } from 'vitest';
import type { DeployReport } from '../../src/deploy/deploy-report.ts';
import { failure } from '../../src/errors.ts';
import { deploySample, openTerminal, placeSample } from './terminal.ts';

const files = ['app.yaml', 'mobile-frontend.yaml', 'my-module.yaml'];

describe('update', () => {
  it('deploys the modules as one release, confirming each with its address', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    const { code, stdout, stderr } = await terminal.run('update', ...files);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Application simple-sample is live, release \S+: http:\S+ \(3 modules, 4 files sent, [\d.]+ kB, \d+ ms\)\n$/,
    );
    for (const module of ['default', 'mobile-frontend', 'my-module']) {
      expect(stderr).toMatch(new RegExp(`^Deployed module ${module}, version uno: http://\\S+/$`, 'm'));
    }
    const live = await terminal.backend.describe('simple-sample');
    expect(live?.modules.map((module) => module.name).sort()).toEqual(['default', 'mobile-frontend', 'my-module']);
  });

  it('says when nothing changed', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    const { code, stdout, stderr } = await terminal.run('update', ...files);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Application simple-sample is up to date/);
    expect(stderr).toContain('Unchanged module default, version uno: ');
  });

  it('prints its report and nothing else with --json', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    const { code, stdout, stderr } = await terminal.run('update', ...files, '--json');
    expect(code).toBe(0);
    expect(stderr).toBe('');
    const report = JSON.parse(stdout) as DeployReport;
    expect(report).toMatchObject({ application: 'simple-sample', backend: 'memory', outcome: 'live' });
    expect(report.modules.map(({ module, version, outcome }) => `${module}:${version} ${outcome}`)).toEqual([
      'default:uno created',
      'mobile-frontend:uno created',
      'my-module:uno created',
    ]);
  });

  it('prints the plan and changes nothing with --dry-run', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    const { code, stdout } = await terminal.run('update', ...files, '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Plan for application simple-sample \(nothing was changed\):\n {2}\S/);
    expect(await terminal.backend.describe('simple-sample')).toBeUndefined();
  });

  it('prints only the result with --quiet', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    const { stdout, stderr } = await terminal.run('update', ...files, '-q');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^Application simple-sample is live/);
  });

  it('refuses a new application whose default module is not first, with the corrected command', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    const { code, stdout, stderr } = await terminal.run('update', 'my-module.yaml', 'app.yaml');
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('appcfg update app.yaml my-module.yaml');
    expect(await terminal.backend.describe('simple-sample')).toBeUndefined();
    expect((await terminal.run('update', 'my-module.yaml', 'app.yaml', '--auto-order')).code).toBe(0);
  });

  it('shows every problem of the files with place, line and hint, and sends nothing', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    terminal.write(
      'app.yaml',
      'application: simple-sample\nversion: uno\nruntime: python27\nhandlrs:\n- url: /.*\n  script: main.app\n',
    );
    const { code, stderr } = await terminal.run('update', 'app.yaml');
    expect(code).toBe(1);
    expect(stderr).toMatch(/app\.yaml:4:1: error: .*handlrs/);
    expect(stderr).toContain('| handlrs:');
    expect(stderr).toMatch(/Error: \d+ problems? in 1 file; nothing was sent\./);
    expect(stderr).not.toContain('    at ');
    const { error } = JSON.parse((await terminal.run('update', 'app.yaml', '--json')).stdout);
    expect(error).toMatchObject({ code: 'config.invalid', hints: expect.any(Array) });
    expect(error.details.diagnostics).toMatchObject([
      { file: 'app.yaml', line: 1, path: 'threadsafe' },
      { file: 'app.yaml', line: 4, column: 1, code: 'unknown-key' },
    ]);
  });

  it('takes -A, -V and -E, before the command too', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    expect((await terminal.run('-A', 'other', '-V', 'zwei', 'update', 'app.yaml', '-E', 'A:b:c')).code).toBe(0);
    const live = await terminal.backend.describe('other');
    expect(live?.modules[0]?.versions[0]).toMatchObject({ id: 'zwei', spec: { environmentVariables: { A: 'b:c' } } });
    const { code, stderr } = await terminal.run('update', 'app.yaml', '-E', 'nocolon');
    expect(code).toBe(2);
    expect(stderr).toContain('NAME:VALUE');
  });

  it('stops on Ctrl-C with exit code 130 and says where things stand', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    const hold = terminal.backend.checkpoints.hold('files.put');
    const running = terminal.run('update', ...files);
    await hold.reached;
    terminal.interrupt();
    hold.release();
    const { code, stderr } = await running;
    expect(code).toBe(130);
    expect(stderr).toMatch(/^Error: Interrupted while sending files; nothing that is live was changed/m);
    expect(await terminal.backend.describe('simple-sample')).toBeUndefined();
  });

  it('tells what a release failed with even when Ctrl-C was pressed meanwhile', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    const details = { module: 'default', version: 'uno', reason: 'it exited with 3', output: ['ImportError'] };
    terminal.backend.checkpoints.fail('change.accept', failure('instance.start-failed', details));
    const hold = terminal.backend.checkpoints.hold('change.accept');
    const running = terminal.run('update', ...files);
    await hold.reached;
    terminal.interrupt();
    hold.release();
    const { code, stderr } = await running;
    expect(code).toBe(1);
    expect(stderr).toContain('Error: Version uno of module default did not start: it exited with 3.');
    expect(stderr).not.toContain('Interrupted');
  });
});

describe('deploy', () => {
  it('generates a version that takes the traffic, unless told otherwise', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    terminal.write('main.py', '# changed\n');
    terminal.write(
      'app.yaml',
      'application: simple-sample\nruntime: python27\nthreadsafe: true\nhandlers:\n- url: /.*\n  script: main.app\n',
    );
    const report = await terminal.json<DeployReport>('deploy', 'app.yaml');
    const version = report.modules[0]?.version ?? '';
    expect(version).toMatch(/^\d{8}t\d{6}$/);
    const live = await terminal.backend.describe('simple-sample');
    expect(live?.modules.find((module) => module.name === 'default')?.traffic.allocations).toEqual({ [version]: 1 });
    const next = await terminal.json<DeployReport>('deploy', 'app.yaml', '--version', 'green', '--no-promote');
    expect(next.modules[0]).toMatchObject({ version: 'green', receivesTraffic: false });
  });
});

describe('settings files', () => {
  const cron = 'cron:\n- url: /daily\n  schedule: every day 09:00\n';

  it('are deployed with the directory that they are in, or when they are named', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    terminal.write('cron.yaml', cron);
    terminal.write('module/app.yaml', 'application: simple-sample\nmodule: other\nversion: uno\nruntime: static\n');
    terminal.write('module/queue.yaml', 'queue:\n- name: default\n  rate: 5/s\n');
    const settings = async () => (await terminal.backend.describe('simple-sample'))?.settings;
    // The module's file alone: its neighbours are named in a note.
    const alone = await terminal.run('update', 'module/app.yaml');
    expect(alone.stderr).toContain('module/queue.yaml is not deployed, because only the module');
    expect(await settings()).toMatchObject({ cron: [], queues: { queues: [] } });
    // The top directory: what is there, and nothing of the directories below.
    await terminal.run('update', '.');
    expect(await settings()).toMatchObject({ cron: [{ url: '/daily' }], queues: { queues: [] } });
    // By name, with or without a module.
    await terminal.run('update', 'module/queue.yaml');
    expect(await settings()).toMatchObject({ queues: { queues: [{ name: 'default' }] } });
    terminal.write('module/queue.yaml', 'queue:\n- name: default\n  rate: 1/s\n');
    await terminal.run('update', 'module');
    expect(await settings()).toMatchObject({ queues: { queues: [{ name: 'default', ratePerSecond: 1 }] } });
  });

  it('are checked with everything else before anything is sent', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    terminal.write('cron.yaml', 'cron:\n- url: /daily\n  schedule: every morning\n');
    terminal.write('dos.yaml', 'application: another\nblacklist:\n- subnet: 1.2.3\n');
    const { code, stderr } = await terminal.run('update', '.');
    expect(code).toBe(1);
    for (const place of ['cron.yaml:3:19: error:', 'dos.yaml:1:14: error:', 'dos.yaml:3:11: error:']) {
      expect(stderr).toContain(place);
    }
    expect(stderr).toContain('Error: 3 problems in 2 files; nothing was sent.');
    expect(await terminal.backend.describe('simple-sample')).toBeUndefined();
  });
});

describe('asking before a deploy', () => {
  const gcloud = 'runtime: python27\nthreadsafe: true\nhandlers:\n- url: /.*\n  script: main.app\n';

  it('is for deploy at a terminal; no is an answer', async () => {
    const terminal = openTerminal({ answer: false });
    placeSample(terminal);
    terminal.write('app.yaml', gcloud);
    const { code, stderr } = await terminal.run('deploy', 'app.yaml', '-A', 'shop', '--version', 'one');
    expect(code).toBe(1);
    expect(stderr).toContain('Error: The deploy of application shop was declined; nothing was changed.');
    expect(terminal.questions).toEqual([
      expect.stringMatching(
        /^Application shop:\n {4}create default:one: .*\n {4}traffic of default: all to one\nDeploy\?$/,
      ),
    ]);
    expect(await terminal.backend.describe('shop')).toBeUndefined();
  });

  it.each([['-q'], ['--yes'], ['--json']])('is not for %s', async (flag) => {
    const terminal = openTerminal({ answer: false });
    placeSample(terminal);
    terminal.write('app.yaml', gcloud);
    expect(await terminal.run('deploy', 'app.yaml', '-A', 'shop', flag)).toMatchObject({ code: 0 });
    expect(terminal.questions).toEqual([]);
  });

  it('is not for update, nor for scripts', async () => {
    const seated = openTerminal({ answer: false });
    await deploySample(seated);
    expect(seated.questions).toEqual([]);
    const scripted = openTerminal();
    placeSample(scripted);
    scripted.write('app.yaml', gcloud);
    expect(await scripted.run('deploy', 'app.yaml', '-A', 'shop')).toMatchObject({ code: 0 });
  });
});

describe('what the command line says wrongly', () => {
  it.each([
    [['-E', 'FOO'], '--env-variable can\'t be "FOO"; expected NAME:VALUE'],
    [['-E', '1BAD:secret'], '--env-variable can\'t be "1BAD:"; expected NAME:VALUE, with a name of letters'],
    [['-V', 'Bad_Version'], '--version can\'t be "Bad_Version"; expected a name'],
    [['-A', 'My_App'], '--application can\'t be "My_App"'],
    [['-M', 'a.b'], '--module can\'t be "a.b"'],
  ])('%j is misuse (groups 76 and 77)', async (flags, message) => {
    const terminal = openTerminal();
    placeSample(terminal);
    const { code, stderr } = await terminal.run('update', 'app.yaml', ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(`Error: ${message}`);
    expect(stderr).not.toContain('secret');
  });

  it('names the runtimes there are (group 78), with all other problems', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    terminal.write('cron.yaml', 'cron:\n- url: x\n  schedule: every 5 minutes\n');
    const { code, stderr } = await terminal.run('update', 'app.yaml', 'cron.yaml', '-r', 'cobol');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^command line: error: -r cobol: "cobol" is not a runtime/m);
    expect(stderr).toMatch(/^ {2}hint: For example: python27, /m);
    expect(stderr).toMatch(/^cron\.yaml:2:8: error: /m);
    expect(stderr).toContain("Error: An option has a value that can't be used; nothing was changed.");
    expect(await terminal.backend.describe('simple-sample')).toBeUndefined();
    // -R takes any runtime; whether it can be run is another question.
    expect((await terminal.run('update', 'app.yaml', '-r', 'cobol', '-R')).code).toBe(0);
  });

  it('asks for an application where neither says which (group 75)', async () => {
    const terminal = openTerminal();
    terminal.write('app.yaml', 'version: uno\nruntime: php55\nthreadsafe: true\n');
    const { code, stderr } = await terminal.run('update', '.');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^app\.yaml:1:1: error: "application" is missing/m);
    expect(stderr).toContain('or pass -A simple-sample');
    expect(stderr).toContain('Error: No application is named; nothing was changed.');
    expect((await terminal.run('update', '.', '-A', 'my-app')).code).toBe(0);
  });
});
