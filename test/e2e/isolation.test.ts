/** The isolation level as a person chooses it, requires it, and sees it. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../platform/temporary-directory.ts';
import { copyExample, type Home, newHome } from './program.ts';

interface Doctor {
  readonly findings: readonly {
    readonly what: string;
    readonly state: string;
    readonly detail: string;
    readonly hint?: string;
  }[];
}

const isolationOf = async (home: Home) =>
  (await home.json<Doctor>('doctor')).findings.find(({ what }) => what === 'isolation');

/** A PATH on which there is a shell, and no bubblewrap. */
function pathWithoutSandbox(): string {
  const directory = join(temporaryDirectory(), 'bin');
  mkdirSync(directory);
  symlinkSync('/bin/sh', join(directory, 'sh'));
  return directory;
}

describe('the isolation level', () => {
  it('is shown by status, doctor and each instance', async () => {
    const home = newHome({ APPCFG_ISOLATION: 'none' });
    await home.json('update', join(copyExample(home, 'simple-sample'), 'app.yaml'));
    const { instances } = await home.json<{ instances: { isolation: string }[] }>('instances', 'list');
    expect(instances.map(({ isolation }) => isolation)).toEqual(['none']);
    expect(await home.json('platform', 'status')).toMatchObject({ isolation: { level: 'none', kernelLimits: [] } });
    expect(await isolationOf(home)).toMatchObject({
      state: 'warning',
      detail: expect.stringContaining('level none; applications can read what the platform can'),
      hint: expect.stringContaining('Ask for'),
    });
  });

  it('that is required and can not be had keeps the platform from starting', async () => {
    const home = newHome({ PATH: pathWithoutSandbox() });
    const failed = await home.run('platform', 'start', '--require-isolation', 'bwrap', '--json');
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      error: {
        code: 'isolation.unavailable',
        details: { level: 'bwrap', reasons: expect.arrayContaining(['bubblewrap (bwrap) is not installed']) },
      },
    });
    expect(home.daemon()).toBeUndefined();
    expect((await home.run('platform', 'run', '--isolation', 'none', '--require-isolation', 'process')).code).toBe(1);
    expect(home.daemon()).toBeUndefined();
  });

  it('without a sandbox is told once, with what would help', async () => {
    const home = newHome({ PATH: pathWithoutSandbox() });
    const { stderr } = await home.run('platform', 'start');
    expect(stderr).toMatch(/Applications run at isolation level (process|none): .+ appcfg doctor/);
    expect(await isolationOf(home)).toMatchObject({ state: 'warning', hint: expect.stringContaining('bubblewrap') });
  });

  it('of a platform that runs is not taken for more than it is', async () => {
    const home = newHome();
    expect((await home.run('platform', 'start', '--isolation', 'none')).code).toBe(0);
    const failed = await home.run('platform', 'start', '--require-isolation', 'process', '--json');
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({ error: { code: 'isolation.too-low' } });
    expect((await home.run('platform', 'start', '--require-isolation', 'none')).code).toBe(0);
  });

  it('must be one that there is', async () => {
    const home = newHome();
    const { code, stderr } = await home.run('platform', 'start', '--isolation', 'chroot');
    expect(code).toBe(2);
    expect(stderr).toContain('auto, none, process, bwrap');
  });
});
