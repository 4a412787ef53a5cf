import { describe, expect, it } from 'vitest';
import { deploySample, openTerminal } from './terminal.ts';

const app = ['-A', 'simple-sample'];

describe('set-profile', () => {
  it('puts an application on another profile, which describe shows', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    expect((await terminal.run('describe', ...app)).stdout).toMatch(/Profile +paid-us/);
    expect((await terminal.run('set-profile', 'free', ...app, '--dry-run')).stdout).toBe(
      'Would do (nothing was changed):\n  profile of simple-sample: free (now paid-us)\n',
    );
    expect((await terminal.run('set_profile', 'free', ...app)).stdout).toBe(
      'Done: simple-sample is on the profile free.\n',
    );
    expect((await terminal.run('set-profile', 'free', ...app)).stdout).toContain('on the profile free already');
    expect(await terminal.json('describe', ...app)).toMatchObject({ profile: 'free' });
  });

  it('knows three of them', async () => {
    const { code, stderr } = await openTerminal().run('set-profile', 'gratis', ...app);
    expect(code).toBe(2);
    expect(stderr).toContain('free, paid-us, paid-eu');
  });

  it('says what is over the limits of the new one, and keeps it', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    await terminal.run('set-num-instances', '21', ...app, '-M', 'my-module', '-V', 'uno');
    const { stdout } = await terminal.run('set-profile', 'free', ...app);
    expect(stdout).toContain('note: 21 instances of my-module:uno are over the limit of 20; they stay');
    const { code, stderr } = await terminal.run('set-num-instances', '22', ...app, '-M', 'my-module', '-V', 'uno');
    expect(code).toBe(1);
    expect(stderr).toContain(
      'Version uno of module my-module would have up to 22 instances; the profile free of application simple-sample allows 20.',
    );
    expect(stderr).toContain('appcfg set-profile paid-us -A simple-sample');
  });
});

describe('a deploy beyond the limits of the profile', () => {
  const file = (instances: number) =>
    `application: simple-sample\nmodule: worker\nversion: uno\nruntime: static\nmanual_scaling:\n  instances: ${instances}\nhandlers:\n- url: /\n  static_dir: www\n`;

  it('is refused before anything is sent, with the line of the file', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    terminal.write('www/index.html', 'hello');
    terminal.write('worker.yaml', file(201));
    const { code, stderr } = await terminal.run('update', 'worker.yaml');
    expect(code).toBe(1);
    expect(stderr).toContain('worker.yaml:6:14');
    expect(stderr).toContain('201 instances are more than the 200 that the profile paid-us allows.');
    expect((await terminal.backend.describe('simple-sample'))?.modules.map(({ name }) => name)).not.toContain('worker');
    terminal.write('worker.yaml', file(200));
    expect((await terminal.run('update', 'worker.yaml')).code).toBe(0);
  });

  it('names the module that is one too many, the count, the limit and what to do', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    await terminal.run('set-profile', 'free', ...app);
    terminal.write('www/index.html', 'hello');
    for (const name of ['a', 'b', 'c']) {
      terminal.write(`${name}.yaml`, file(1).replace('worker', name));
    }
    const { code, stderr } = await terminal.run('update', 'a.yaml', 'b.yaml', 'c.yaml', '--dry-run');
    expect(code).toBe(1);
    expect(stderr).toContain('c.yaml:2:9');
    expect(stderr).toContain('Application simple-sample would have 6 modules (now 3); its profile free allows 5.');
    expect(stderr).toContain('appcfg delete-version');
    expect((await terminal.run('update', 'a.yaml', 'b.yaml', '--dry-run')).code).toBe(0);
  });

  it('counts the jobs of cron.yaml', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    await terminal.run('set-profile', 'free', ...app);
    const job = (index: number) => `- url: /job${index}\n  schedule: every 24 hours\n`;
    const jobs = (count: number) => `cron:\n${Array.from({ length: count }, (_, index) => job(index)).join('')}`;
    terminal.write('cron.yaml', jobs(21));
    const { code, stderr } = await terminal.run('update', '.');
    expect(code).toBe(1);
    expect(stderr).toContain('cron.yaml');
    expect(stderr).toContain('21 cron jobs (now 0); its profile free allows 20');
    expect((await terminal.run('update-cron', '.')).stderr).toContain('allows 20');
    terminal.write('cron.yaml', jobs(20));
    expect((await terminal.run('update-cron', '.')).code).toBe(0);
  });
});
