import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTerminal, placeSample } from './terminal.ts';

describe('validate', () => {
  it('says that files are valid, and what a deploy would leave out', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    const { code, stdout } = await terminal.run('validate');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Valid: app\.yaml$/m);
    expect(stdout).toContain('--all-modules');
    expect(await terminal.json('validate', '--all-modules')).toMatchObject({
      isValid: true,
      application: 'simple-sample',
      modules: [{ module: 'default' }, { module: 'mobile-frontend' }, { module: 'my-module' }],
    });
  });

  it('fails with every finding in its place', async () => {
    const terminal = openTerminal();
    terminal.write(
      'app.yaml',
      'application: a\nruntime: python27\nthreadsafe: true\nhandlers:\n- url: /\n  scrpit: main.app\n',
    );
    const { code, stdout, stderr } = await terminal.run('validate', 'app.yaml');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^app\.yaml:6:3: error: .*\n {2}\| {3}scrpit: main\.app\n {2}\| {3}\^$/m);
    expect(stdout).toMatch(/^Not valid: \d+ errors?$/m);
  });
});

describe('files', () => {
  it('lists what a deploy takes, and by which rule the others are left out', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    terminal.write('.gcloudignore', '*.log\n');
    terminal.write('noise.log', 'x');
    const { stdout } = await terminal.run('files', 'app.yaml', '--ignored');
    expect(stdout).toContain('  main.py  ');
    expect(stdout).toMatch(/^ {2}noise\.log {2}left out by \.gcloudignore:1 \*\.log$/m);
    const { modules } = await terminal.json<{ modules: { files: { path: string }[] }[] }>('files', 'app.yaml');
    expect(modules[0]?.files.map((file) => file.path)).not.toContain('noise.log');
  });
});

describe('files that should probably not be deployed', () => {
  it('are named: what looks like a secret, and what git ignores', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    terminal.write('.gitignore', 'build/\n');
    terminal.write('build/out.bin', 'x');
    terminal.write('server.pem', 'x');
    const { code, stdout } = await terminal.run('files', 'app.yaml');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}Warning: build\/out\.bin is ignored by git \(\.gitignore\)$/m);
    expect(stdout).toMatch(/^ {2}Warning: server\.pem looks like a private key$/m);
    expect(stdout.match(/Warning/g)).toHaveLength(2);
    expect(await terminal.json('files', 'app.yaml')).toMatchObject({
      modules: [{ warnings: [{ path: 'build/out.bin' }, { path: 'server.pem', reason: 'looks like a private key' }] }],
    });
  });

  it('are not those that are left out', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    terminal.write('.gcloudignore', 'server.pem\n');
    terminal.write('server.pem', 'x');
    expect((await terminal.run('files', 'app.yaml', '--ignored')).stdout).not.toContain('Warning');
  });
});

describe('package', () => {
  it('writes an archive of one module', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    const { code, stdout } = await terminal.run('package', 'app.yaml', '-o', 'out.zip');
    expect(code).toBe(0);
    expect(stdout).toMatch(/out\.zip has 4 files/);
    expect(readFileSync(join(terminal.directory, 'out.zip')).subarray(0, 2).toString()).toBe('PK');
  });

  it('refuses several modules and writes nothing', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    const { code, stderr } = await terminal.run('package', 'app.yaml', 'my-module.yaml', '-o', 'out.zip');
    expect(code).toBe(1);
    expect(stderr).toContain('app.yaml, my-module.yaml');
    expect(existsSync(join(terminal.directory, 'out.zip'))).toBe(false);
  });
});

describe('cron-info', () => {
  it('shows the next runs in the zone of each job', async () => {
    const terminal = openTerminal();
    terminal.write(
      'cron.yaml',
      'cron:\n- description: weekly\n  url: /a\n  schedule: every monday 09:00\n  timezone: Europe/Berlin\n',
    );
    const { code, stdout } = await terminal.run('cron_info', '.', '-n', '2', '--from', '2026-03-20');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}2026-03-23 09:00:00 \+01:00 {2}in \d+ days/m);
    expect(stdout).toMatch(/^ {2}2026-03-30 09:00:00 \+02:00 {2}in \d+ days/m);
    expect(await terminal.json('cron-info', '-n', '2', '--from', '2026-03-20')).toMatchObject({
      jobs: [{ url: '/a', runs: ['2026-03-23T08:00:00.000Z', '2026-03-30T07:00:00.000Z'] }],
    });
  });
});

describe('doctor', () => {
  const find = async () => undefined;
  const platform = {
    find,
    start: () => Promise.reject(new Error('not here')),
    stop: async () => false,
    collect: async () => undefined,
  };

  it('names what is missing', async () => {
    const terminal = openTerminal({ platform, environment: { PATH: '/nowhere' } });
    const { code, stdout } = await terminal.run('doctor');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +Node +v\d+/m);
    expect(stdout).toMatch(/^warning +python3 +not found\n +Needed by runtimes python3\*/m);
    expect(stdout).toMatch(/^ok +platform +not running/m);
  });

  it('shows the isolation of a running platform, and how to raise it', async () => {
    const isolation = {
      level: 'process',
      reasons: ['no sandbox'],
      advice: ['Install one.'],
      kernelLimits: [],
    } as const;
    const address = { host: '127.0.0.1', routerPort: 8081, controlPort: 8090, applications: [] };
    const status = { pid: 42, version: '0.1.0', startedAt: '2026-01-01T00:00:00.000Z', ...address };
    const running = (more: object) => ({ ...platform, find: async () => ({ ...status, ...more }) });
    const weak = await openTerminal({ platform: running({ isolation }) }).run('doctor');
    expect(weak.code).toBe(0);
    expect(weak.stdout).toMatch(
      /^warning +isolation +level process, builds too; no sandbox\n +Install one\. More: docs\/isolation\.md$/m,
    );
    const strong = { isolation: { level: 'bwrap', reasons: [], advice: [], kernelLimits: ['memory'] } };
    expect((await openTerminal({ platform: running(strong) }).run('doctor')).stdout).toMatch(
      /^ok +isolation +level bwrap, builds too$/m,
    );
    expect((await openTerminal({ platform }).run('doctor')).stdout).toMatch(/^ok +isolation +chosen when/m);
  });

  it('says who enforces the rules of outbound sockets, and how to raise it', async () => {
    const address = { host: '127.0.0.1', routerPort: 8081, controlPort: 8090, applications: [] };
    const status = { pid: 42, version: '0.1.0', startedAt: '2026-01-01T00:00:00.000Z', ...address };
    const running = (more: object) => ({ ...platform, find: async () => ({ ...status, ...more }) });
    const said = async (egress: object) => (await openTerminal({ platform: running({ egress }) }).run('doctor')).stdout;
    const weak = { mode: 'advisory', reasons: ['the platform is not root'], advice: ['Run the platform as root.'] };
    expect(await said(weak)).toMatch(
      /^ok +sockets +outbound sockets of python27 and java7: advisory rules, which native code can go around; the platform is not root\n +Run the platform as root\. More: docs\/sockets\.md$/m,
    );
    expect(await said({ mode: 'kernel', reasons: [], advice: [] })).toMatch(
      /^ok +sockets +outbound sockets of python27 and java7: kernel rules$/m,
    );
  });

  it('fails when something will not work', async () => {
    const sick = { ...platform, find: () => Promise.reject(new Error('it is of another version')) };
    const { code, stdout } = await openTerminal({ platform: sick }).run('doctor');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^error +platform +it is of another version$/m);
  });
});
