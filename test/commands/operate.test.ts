import { describe, expect, it } from 'vitest';
import { deploySample, openTerminal, type Terminal } from './terminal.ts';

async function deployed(options?: Parameters<typeof openTerminal>[0]): Promise<Terminal> {
  const terminal = openTerminal(options);
  await deploySample(terminal);
  return terminal;
}

const myModule = ['-A', 'simple-sample', '-M', 'my-module', '-V', 'uno'];

describe('start and stop', () => {
  it('stops and starts a version, and says when it was so already', async () => {
    const terminal = await deployed();
    expect(await terminal.run('stop', ...myModule)).toMatchObject({
      code: 0,
      stdout: 'Done: version uno of module my-module is stopped.\n',
    });
    expect((await terminal.run('stop', ...myModule)).stdout).toBe(
      'Version uno of module my-module is stopped already.\n',
    );
    expect(await terminal.json('start', ...myModule)).toMatchObject({
      changes: [{ application: 'simple-sample', module: 'my-module', version: 'uno', outcome: 'done' }],
    });
  });

  it('takes yaml files, the old names and --dry-run', async () => {
    const terminal = await deployed();
    const { code, stdout } = await terminal.run('stop_module_version', 'my-module.yaml', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toBe('Would do (nothing was changed):\n  stop my-module:uno (1 instance)\n');
    expect((await terminal.run('start_module_version', 'my-module.yaml')).stdout).toContain('is serving already');
  });

  it('refuses versions with automatic scaling', async () => {
    const terminal = await deployed();
    const { code, stderr } = await terminal.run('stop', 'app.yaml');
    expect(code).toBe(1);
    expect(stderr).toContain('automatic');
  });
});

describe('set-num-instances', () => {
  it('sets the number of a version with manual scaling', async () => {
    const terminal = await deployed();
    expect((await terminal.run('set_num_instances', '3', ...myModule)).stdout).toBe(
      'Done: version uno of module my-module has 3 instances.\n',
    );
    const { instances } = await terminal.json<{ instances: unknown[] }>('instances', 'list', ...myModule);
    expect(instances).toHaveLength(3);
  });

  it('needs a number', async () => {
    const terminal = openTerminal();
    for (const argv of [[], ['many'], ['0'], ['1.5']]) {
      const { code, stderr, stdout } = await terminal.run('set-num-instances', ...argv);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^Error: set-num-instances.+\nHint: {2}All options: appcfg set-num-instances --help\n$/);
    }
  });
});

describe('traffic', () => {
  it('goes to another version, and back with the release', async () => {
    const terminal = await deployed();
    await terminal.run('update', 'app.yaml', '-V', 'zwei');
    expect((await terminal.run('set_default_version', '-V', 'zwei', '-A', 'simple-sample')).stdout).toBe(
      'Done: all traffic of module default goes to version zwei.\n',
    );
    const versions = (
      await terminal.json<{ versions: { version: string; isDefault: boolean }[] }>('list_versions', '-M', 'default')
    ).versions;
    expect(versions.map(({ version, isDefault }) => [version, isDefault])).toEqual([
      ['zwei', true],
      ['uno', false],
    ]);
    expect((await terminal.run('rollback')).code).toBe(0);
    const after = await terminal.backend.describe('simple-sample');
    expect(after?.modules.find((module) => module.name === 'default')?.traffic.allocations).toEqual({ uno: 1 });
  });

  it('is split by weights', async () => {
    const terminal = await deployed();
    await terminal.run('update', 'app.yaml', '-V', 'zwei');
    const { code } = await terminal.run('set-traffic', 'default', '--splits', 'uno=1,zwei=3', '--split-by', 'cookie');
    expect(code).toBe(0);
    const live = await terminal.backend.describe('simple-sample');
    expect(live?.modules.find((module) => module.name === 'default')?.traffic).toEqual({
      shardBy: 'cookie',
      allocations: { uno: 0.25, zwei: 0.75 },
    });
    for (const splits of ['uno', 'uno=x', 'uno=1,uno=2', '=1']) {
      expect((await terminal.run('set-traffic', '--splits', splits)).code).toBe(2);
    }
  });
});

describe('delete-version', () => {
  it('asks at a terminal, and takes no for an answer', async () => {
    const terminal = await deployed({ answer: false });
    await terminal.run('update', 'app.yaml', '-V', 'zwei');
    const { code, stderr } = await terminal.run('delete_version', '-A', 'simple-sample', '-V', 'zwei');
    expect(code).toBe(1);
    expect(stderr).toBe('Error: Nothing was changed: you answered no.\n');
    expect(terminal.questions).toEqual(['Delete version zwei of module default of application simple-sample?']);
    expect((await terminal.run('delete-version', '-V', 'zwei', '--yes')).code).toBe(0);
    expect(terminal.questions).toHaveLength(1);
  });

  it('does not ask scripts', async () => {
    const terminal = await deployed();
    await terminal.run('update', 'app.yaml', '-V', 'zwei');
    expect((await terminal.run('delete_version', '-A', 'simple-sample', '-V', 'zwei')).stdout).toBe(
      'Done: version zwei of module default is deleted.\n',
    );
  });

  it('keeps a version that takes traffic', async () => {
    const terminal = await deployed();
    await terminal.run('update', 'app.yaml', '-V', 'zwei');
    const { code, stderr } = await terminal.run('delete-version', '-V', 'uno');
    expect(code).toBe(1);
    expect(stderr).toContain('traffic');
  });
});

describe('looking', () => {
  it('lists versions, modules, releases, instances and operations', async () => {
    const terminal = await deployed();
    expect((await terminal.run('list-versions', 'app.yaml')).stdout).toMatch(/^MODULE +VERSION +TRAFFIC/);
    expect((await terminal.run('versions', 'list')).stdout).toContain('my-module');
    expect((await terminal.run('services', 'list')).stdout).toMatch(/my-module +1 +all to uno +http/);
    expect((await terminal.run('releases')).stdout).toContain('(live)');
    expect((await terminal.run('instances', 'list')).stdout).toMatch(/my-module +uno +0 +ready/);
    expect((await terminal.run('operations', 'list')).stdout).toMatch(/release +done/);
    expect((await terminal.run('operations', 'list', '--pending')).stdout).toBe('There are none.\n');
    expect((await terminal.run('versions', 'describe', ...myModule)).stdout).toMatch(/^Scaling +manual \(1\)$/m);
  });

  it('shows what is live, and says what to do when nothing is', async () => {
    const terminal = openTerminal();
    expect((await terminal.run('status')).stdout).toBe(
      'Nothing is deployed yet. Deploy with: appcfg update <directory>\n',
    );
    await deploySample(terminal);
    const { stdout } = await terminal.run('status');
    expect(stdout).toMatch(/^simple-sample, release \S+: http/);
    expect(stdout).toMatch(/my-module +uno +100% +serving +1 ready/);
    expect((await terminal.run('status', '-A', 'nope')).code).toBe(1);
  });

  it('describes an application whole, and says what a version may be', async () => {
    const terminal = await deployed();
    const { stdout } = await terminal.run('describe');
    expect(stdout).toMatch(/^Application +simple-sample$/m);
    expect(stdout).toMatch(/^ {2}my-module: 1 versions?, traffic all to uno$/m);
    expect(await terminal.json('describe')).toMatchObject({ id: 'simple-sample', settings: { cron: [] } });
    const limits = /^max_blob_size: \d+\nmax_file_count: \d+\nmax_file_size: \d+\nmax_total_file_size: \d+\n$/;
    expect((await terminal.run('resource_limits_info')).stdout).toMatch(limits);
    expect((await terminal.run('resource_limits_info', '.')).stdout).toMatch(limits);
    expect((await terminal.run('resource_limits_info', 'nowhere')).code).toBe(1);
  });

  it('opens the browser at a terminal, and only prints the address elsewhere', async () => {
    const scripted = await deployed();
    const { stdout } = await scripted.run('browse', '-M', 'my-module');
    expect(stdout).toMatch(/^http:\S+\n$/);
    expect(scripted.opened).toEqual([]);
    const seated = await deployed({ answer: true });
    const printed = await seated.run('browse', '--print');
    expect(seated.opened).toEqual([]);
    await seated.run('browse');
    expect(seated.opened).toEqual([printed.stdout.trim()]);
  });

  it('stops one instance', async () => {
    const terminal = await deployed();
    expect((await terminal.run('instances', 'stop', '0', ...myModule)).stdout).toBe(
      'Done: instance 0 of version uno of module my-module is stopped.\n',
    );
    const { code, stderr } = await terminal.run('instances', 'stop', '7', ...myModule);
    expect(code).toBe(1);
    expect(stderr).toContain('appcfg instances list');
  });
});
