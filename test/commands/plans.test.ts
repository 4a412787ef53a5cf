import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allTrafficTo } from '../../src/model/traffic.ts';
import { deploySample, openTerminal, placeSample, type Terminal } from './terminal.ts';

const files = ['app.yaml', 'mobile-frontend.yaml', 'my-module.yaml'];

async function saved(terminal: Terminal, ...more: string[]): Promise<Record<string, unknown>> {
  const { code, stderr } = await terminal.run('update', ...files, '--plan-out', 'release.appcfg-plan', ...more);
  expect(code, stderr).toBe(0);
  return JSON.parse(readFileSync(join(terminal.directory, 'release.appcfg-plan'), 'utf8')) as Record<string, unknown>;
}

describe('a saved plan', () => {
  it('is written, by digests and for its owner only, and nothing else is done', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    const { stdout } = await terminal.run('update', ...files, '--plan-out', 'release.appcfg-plan');
    expect(stdout).toMatch(/^Plan for application simple-sample \(nothing was changed\):\n {2}send/);
    expect(stdout).toContain(`Carry it out with: appcfg apply ${join(terminal.directory, 'release.appcfg-plan')}`);
    expect(await terminal.backend.describe('simple-sample')).toBeUndefined();
    expect(statSync(join(terminal.directory, 'release.appcfg-plan')).mode & 0o777).toBe(0o600);
    const { plan } = JSON.parse(readFileSync(join(terminal.directory, 'release.appcfg-plan'), 'utf8'));
    expect(plan).toMatchObject({ format: 1, application: 'simple-sample', backend: 'memory', createdBy: 'ann' });
    expect(plan.modules).toHaveLength(3);
  });

  it('is carried out once, and has nothing to do a second time', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    await saved(terminal, '-m', 'first of all');
    const { code, stdout, stderr } = await terminal.run('apply', 'release.appcfg-plan');
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^Application simple-sample is live, release r1/);
    expect((await terminal.backend.releases.list('simple-sample'))[0]).toMatchObject({ message: 'first of all' });
    const again = await terminal.run('apply', 'release.appcfg-plan');
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('module default was added');
    expect(again.stderr).toMatch(/release by ann at \S+ \(operation \S+\)/);
  });

  it('refuses when the live state moved, and says what, by whom and when', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    terminal.write('app.yaml', `${readFileSync(join(terminal.directory, 'app.yaml'), 'utf8')}\n# changed\n`);
    terminal.write('main.py', 'print("other")\n');
    await saved(terminal, '-V', 'dos');
    await terminal.run('set-num-instances', '3', '-M', 'my-module', '-V', 'uno', '-A', 'simple-sample');
    const before = await terminal.backend.describe('simple-sample');
    const { code, stderr } = await terminal.run('apply', 'release.appcfg-plan');
    expect(code).toBe(1);
    expect(stderr).toContain('Application simple-sample was changed since release.appcfg-plan was planned at ');
    expect(stderr).toMatch(/instances of my-module:uno: 3 \(was .+\)/);
    expect(stderr).toMatch(/scale by ann at \S+/);
    expect(await terminal.backend.describe('simple-sample')).toEqual(before);
  });

  it('refuses when the state moves while it is being carried out', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    await saved(terminal, '-V', 'dos');
    const { checkpoints, traffic } = terminal.backend;
    const hold = checkpoints.hold('change.accept');
    const applying = terminal.run('apply', 'release.appcfg-plan');
    await hold.reached;
    await traffic.set('simple-sample', { default: { ...allTrafficTo('uno'), shardBy: 'random' } });
    hold.release();
    const { code, stderr } = await applying;
    expect(code).toBe(1);
    expect(stderr).toContain('traffic of default');
    expect((await terminal.backend.releases.list('simple-sample')).map(({ id }) => id)).toEqual(['r1']);
  });

  it('refuses when files of this machine changed, naming them', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    await saved(terminal);
    terminal.write('added.txt', 'new');
    const { code, stderr } = await terminal.run('apply', 'release.appcfg-plan');
    expect(code).toBe(1);
    expect(stderr).toContain('The files on this machine are not those that release.appcfg-plan was planned with');
    expect(stderr).toContain('added.txt');
    terminal.write(
      'app.yaml',
      `${readFileSync(join(terminal.directory, 'app.yaml'), 'utf8')}\nenv_variables:\n  A: b\n`,
    );
    const configured = await terminal.run('apply', 'release.appcfg-plan');
    expect(configured.stderr).toContain('the configuration of default:uno (app.yaml) is another one');
    expect(await terminal.backend.describe('simple-sample')).toBeUndefined();
  });

  it('holds no value of -E, and wants them again', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    await saved(terminal, '-E', 'KEY:hunter2');
    expect(readFileSync(join(terminal.directory, 'release.appcfg-plan'), 'utf8')).not.toContain('hunter2');
    const without = await terminal.run('apply', 'release.appcfg-plan');
    expect(without.code).toBe(2);
    expect(without.stderr).toContain('-E KEY:VALUE');
    const other = await terminal.run('apply', 'release.appcfg-plan', '-E', 'KEY:other');
    expect(other.stderr).toContain('the configuration of default:uno');
    const unknown = await terminal.run('apply', 'release.appcfg-plan', '-E', 'KEY:hunter2', '-E', 'MORE:x');
    expect(unknown.stderr).toContain('without the environment variables MORE');
    expect((await terminal.run('apply', 'release.appcfg-plan', '-E', 'KEY:hunter2')).code).toBe(0);
  });

  it('keeps the version that gcloud manners generated', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    terminal.write('app.yaml', readFileSync(join(terminal.directory, 'app.yaml'), 'utf8').replace(/^version:.*$/m, ''));
    const { code, stderr } = await terminal.run('deploy', 'app.yaml', '--plan-out', 'release.appcfg-plan', '-y');
    expect(code, stderr).toBe(0);
    const { plan } = JSON.parse(readFileSync(join(terminal.directory, 'release.appcfg-plan'), 'utf8'));
    await terminal.clock.advance(3_600_000);
    const applied = await terminal.json('apply', 'release.appcfg-plan');
    expect(applied).toMatchObject({ outcome: 'live', modules: [{ version: plan.modules[0].version }] });
  });

  it('only says whether it would do with --dry-run', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    await saved(terminal);
    expect((await terminal.run('apply', 'release.appcfg-plan', '--dry-run')).stdout).toMatch(/^Plan for application/);
    expect(await terminal.backend.describe('simple-sample')).toBeUndefined();
  });

  it('is no plan once it was cut or edited, and never takes another file away', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    await saved(terminal);
    const text = readFileSync(join(terminal.directory, 'release.appcfg-plan'), 'utf8');
    for (const [damaged, reason] of [
      [text.slice(0, -20), 'it is no JSON document'],
      [text.replace('"createdBy": "ann"', '"createdBy": "eve"'), 'it was changed since it was written'],
      [text.replace('"format": 1', '"format": 2'), 'its format is 2'],
      ['{}', 'it is not what "--plan-out" writes'],
      ['null', 'it is not what "--plan-out" writes'],
    ] as const) {
      terminal.write('damaged.plan', damaged);
      const { code, stderr } = await terminal.run('apply', 'damaged.plan');
      expect(code).toBe(1);
      expect(stderr).toContain(reason);
    }
    const { code, stderr } = await terminal.run('update', ...files, '--plan-out', 'app.yaml');
    expect(code).toBe(1);
    expect(stderr).toMatch(/one of the files of module|which is no plan/);
    terminal.write('notes.appcfg-plan', 'mine');
    const foreign = await terminal.run('update', ...files, '--plan-out', 'notes.appcfg-plan');
    expect(foreign.stderr).toContain('which is no plan');
    const inside = await terminal.run('update', ...files, '--plan-out', 'release.json');
    expect(inside.stderr).toContain('it would be deployed as one of the files of module default');
    // A former plan is replaced.
    expect((await terminal.run('update', ...files, '--plan-out', 'release.appcfg-plan')).code).toBe(0);
  });

  it('is not cut short: every prefix of its file is refused', async () => {
    const terminal = openTerminal();
    placeSample(terminal);
    await saved(terminal);
    const text = readFileSync(join(terminal.directory, 'release.appcfg-plan'), 'utf8');
    const { readPlanFile } = await import('../../src/deploy/plan-file.ts');
    for (let length = 0; length < text.trimEnd().length; length += 97) {
      terminal.write('cut.plan', text.slice(0, length));
      expect(() => readPlanFile(join(terminal.directory, 'cut.plan')), `${length} bytes`).toThrow('be carried out');
    }
  });
});
