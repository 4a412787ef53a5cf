import { describe, expect, it } from 'vitest';
import { openTerminal } from './terminal.ts';

const cron = (jobs: readonly string[]) => `cron:\n${jobs.map((job) => `- ${job}\n`).join('')}`;

describe('cron-info', () => {
  it('gives the runs of every job as instants, in its own time zone, over changes of the clock', async () => {
    const terminal = openTerminal();
    terminal.write(
      'cron.yaml',
      cron([
        '{url: /utc, schedule: every day 02:30}',
        '{url: /new-york, schedule: every day 02:30, timezone: America/New_York}',
        '{url: /lord-howe, schedule: every day 02:15, timezone: Australia/Lord_Howe}',
        '{url: /interval, schedule: every 12 hours, timezone: Asia/Kolkata}',
      ]),
    );
    const { jobs } = await terminal.json<{
      jobs: readonly { url: string; timezone: string; runs: readonly string[] }[];
    }>('cron_info', '.', '-n', '3', '--from', '2026-03-07T00:00:00Z');
    expect(Object.fromEntries(jobs.map(({ url, runs }) => [url, runs]))).toEqual({
      '/utc': ['2026-03-07T02:30:00.000Z', '2026-03-08T02:30:00.000Z', '2026-03-09T02:30:00.000Z'],
      // On the eighth there is no half past two.
      '/new-york': ['2026-03-07T07:30:00.000Z', '2026-03-09T06:30:00.000Z', '2026-03-10T06:30:00.000Z'],
      '/lord-howe': ['2026-03-07T15:15:00.000Z', '2026-03-08T15:15:00.000Z', '2026-03-09T15:15:00.000Z'],
      '/interval': ['2026-03-07T12:00:00.000Z', '2026-03-08T00:00:00.000Z', '2026-03-08T12:00:00.000Z'],
    });
  });

  it('begins now, or ago, or on a date, and shows five runs', async () => {
    const terminal = openTerminal();
    terminal.write('cron.yaml', cron(['{url: /a, schedule: every 1 hours}']));
    const first = async (...options: readonly string[]) => {
      const { jobs } = await terminal.json<{ jobs: readonly { runs: readonly string[] }[] }>('cron_info', ...options);
      return [jobs[0]?.runs.length, jobs[0]?.runs[0]];
    };
    expect(await first()).toEqual([5, '2026-01-01T01:00:00.000Z']);
    expect(await first('--from', '2h')).toEqual([5, '2025-12-31T23:00:00.000Z']);
    expect(await first('--from=2028-02-29', '--num_runs=1')).toEqual([1, '2028-02-29T01:00:00.000Z']);
    for (const from of ['someday', '2026-13-01']) {
      expect((await terminal.run('cron_info', '--from', from)).code).toBe(2);
    }
    expect((await terminal.run('cron_info', '-n', '0')).code).toBe(2);
  });

  it('says of what never runs that it does not', async () => {
    const terminal = openTerminal();
    // The clocks of New York skip this time on the only day that it asks for.
    terminal.write(
      'cron.yaml',
      cron(['{url: /never, schedule: "second sunday of march 02:30", timezone: America/New_York}']),
    );
    const { code, stdout } = await terminal.run('cron_info', '.');
    expect(code).toBe(0);
    expect(stdout).toContain('  It does not run any more.\n');
    expect(await terminal.json('cron_info', '.')).toMatchObject({ jobs: [{ runs: [] }] });
  });

  it('refuses time zones and schedules that nobody knows, each in its place', async () => {
    const terminal = openTerminal();
    terminal.write(
      'cron.yaml',
      cron(['{url: /a, schedule: every 5 minutes, timezone: America/New_Yrok}', '{url: /b, schedule: every 2 days}']),
    );
    const { code, stdout, stderr } = await terminal.run('cron_info', '.');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^cron\.yaml:2:\d+: error: .*America\/New_Yrok/m);
    expect(stderr).toContain('America/New_York');
    expect(stderr).toMatch(/^cron\.yaml:3:\d+: error: /m);
    expect(stderr).toContain('Error: 2 problems in 1 file');
  });

  it('of a directory without a cron.yaml has nothing to show; of no directory it is misused (group 105)', async () => {
    const terminal = openTerminal();
    const { code, stdout, stderr } = await terminal.run('cron_info', '.');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toBe('Warning: There is no cron.yaml in the current directory; nothing was done.\n');
    for (const argv of [['nosuchdir'], [], ['.', '.']]) {
      expect((await terminal.run('cron_info', ...argv)).code).toBe(2);
    }
  });
});
