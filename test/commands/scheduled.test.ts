import { describe, expect, it } from 'vitest';
import { deploySample, openTerminal, type Terminal, type TerminalOptions } from './terminal.ts';

const cronYaml = `cron:
- url: /tasks/summary
  schedule: every day 09:00
  timezone: Europe/Berlin
  description: the summary
- url: /tick
  schedule: every 5 minutes
`;
const queueYaml = `queue:
- name: mail
  rate: 2/s
- name: still
  rate: 0
- name: images
  mode: pull
`;

async function deployed(options?: TerminalOptions): Promise<Terminal> {
  const terminal = openTerminal(options);
  await deploySample(terminal);
  terminal.write('cron.yaml', cronYaml);
  terminal.write('queue.yaml', queueYaml);
  for (const command of ['update-cron', 'update-queues']) {
    const { code, stderr } = await terminal.run(command, '.', '-A', 'simple-sample');
    if (code !== 0) throw new Error(stderr);
  }
  return terminal;
}

describe('cron', () => {
  it('lists jobs with their next runs', async () => {
    const terminal = await deployed();
    const { code, stdout } = await terminal.run('cron', 'list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^URL +SCHEDULE +TARGET +NEXT RUN/);
    expect(stdout).toMatch(/\/tasks\/summary +every day 09:00 \(Europe\/Berlin\) +\S+ \d\d:\d\d:00 +the summary/);
    const { jobs } = await terminal.json<{ jobs: object[] }>('cron', 'list');
    expect(jobs).toMatchObject([{ nextAt: '2026-01-01T08:00:00.000Z' }, { nextAt: '2026-01-01T00:05:00.000Z' }]);
  });

  it('says what to do when there are none', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    expect((await terminal.run('cron', 'list')).stdout).toContain('appcfg update-cron');
  });

  it('runs a job now', async () => {
    const terminal = await deployed();
    expect(await terminal.run('cron', 'run', '/tick')).toEqual({
      code: 0,
      stdout: '/tick answered 200 in 0 ms.\n',
      stderr: '',
    });
    expect(await terminal.json('cron', 'run', '/tick')).toMatchObject({ outcome: 'done', run: { status: 200 } });
    expect((await terminal.run('cron', 'run', '/tick', '--dry-run')).stdout).toContain('run the cron job /tick now');
    const { code, stderr } = await terminal.run('cron', 'run', '/tock');
    expect(code).toBe(1);
    expect(stderr).toContain('Cron jobs: /tasks/summary, /tick');
  });
});

describe('queue', () => {
  it('lists queues', async () => {
    const terminal = await deployed();
    const { stdout } = await terminal.run('queue', 'list');
    expect(stdout).toMatch(/^QUEUE +MODE +STATE +RATE +TASKS/);
    expect(stdout).toMatch(/default +push +running +5\/s +0/);
    expect(stdout).toMatch(/still +push +paused \(rate: 0\) +0\/s/);
    expect(stdout).toMatch(/images +pull +running +0/);
  });

  it('adds tasks, shows them and runs them', async () => {
    const terminal = await deployed();
    terminal.write('body.json', '{}');
    const add = await terminal.run(
      'queue',
      'add',
      'mail',
      '--name',
      'one',
      '--url',
      '/work?id=1',
      '--payload-file',
      'body.json',
      '--header',
      'Content-Type: application/json',
      '--delay',
      '10m',
    );
    expect(add).toEqual({ code: 0, stdout: 'Done: task one is in queue mail.\n', stderr: '' });
    const { stdout } = await terminal.run('queue', 'tasks', 'mail');
    expect(stdout).toMatch(/^TASK +STATE +TIME +CALL/);
    expect(stdout).toMatch(/one +waiting +\S+ \d\d:\d\d:00 +POST \/work\?id=1 +2 B/);
    const again = await terminal.run('queue', 'add', 'mail', '--name', 'one');
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('has a task one already');
    expect((await terminal.run('queue', 'run', 'mail', 'one')).stdout).toBe(
      'task one answered 200 in 0 ms and is done.\n',
    );
    expect((await terminal.run('queue', 'tasks', 'mail')).stdout).toBe('Queue mail has no tasks.\n');
    const gone = await terminal.run('queue', 'run', 'mail', 'one');
    expect(gone.stderr).toContain('appcfg queue tasks mail');
  });

  it('plans without changing anything', async () => {
    const terminal = await deployed();
    expect((await terminal.run('queue', 'add', 'mail', '--dry-run')).stdout).toContain(
      'add a task to queue mail (POST /_ah/queue/mail)',
    );
    expect((await terminal.run('queue', 'pause', 'mail', '--dry-run')).stdout).toContain('pause queue mail');
    const { queues } = await terminal.json<{ queues: { name: string; state: string; tasks: number }[] }>(
      'queue',
      'list',
    );
    expect(queues.find(({ name }) => name === 'mail')).toMatchObject({ state: 'running', tasks: 0 });
  });

  it('pauses, resumes and purges', async () => {
    const terminal = await deployed();
    expect((await terminal.run('queue', 'pause', 'mail')).stdout).toBe('Done: queue mail is paused.\n');
    expect((await terminal.run('queue', 'pause', 'mail')).stdout).toBe('Queue mail is paused already.\n');
    expect((await terminal.run('queue', 'resume', 'mail')).stdout).toBe('Done: queue mail goes on.\n');
    const still = await terminal.run('queue', 'resume', 'still');
    expect(still.stderr).toContain('Give it another rate');
    await terminal.run('queue', 'add', 'mail');
    expect((await terminal.run('queue', 'purge', 'mail')).stdout).toBe('Done: queue mail is empty.\n');
    expect((await terminal.run('queue', 'purge', 'mail')).stdout).toBe('Queue mail has no tasks.\n');
  });

  it('asks at a terminal before it drops tasks', async () => {
    const terminal = await deployed({ answer: false });
    await terminal.run('queue', 'add', 'mail');
    const { code, stderr } = await terminal.run('queue', 'purge', 'mail');
    expect(code).toBe(1);
    expect(stderr).toContain('you answered no');
    expect(terminal.questions).toEqual(['Drop all tasks of queue mail of application simple-sample?']);
    expect((await terminal.json<{ tasks: object[] }>('queue', 'tasks', 'mail')).tasks).toHaveLength(1);
  });

  it.each([
    ['--delay', 'soon'],
    ['--at', 'tomorrow'],
    ['--header', 'nothing'],
    ['--method', 'PATCH'],
  ])('refuses %s %s as a usage error', async (flag, value) => {
    const terminal = await deployed();
    expect((await terminal.run('queue', 'add', 'mail', flag, value)).code).toBe(2);
  });

  it('names the queues there are', async () => {
    const terminal = await deployed();
    for (const command of [['tasks'], ['pause'], ['add']]) {
      const { code, stderr } = await terminal.run('queue', ...command, 'nope');
      expect(code).toBe(1);
      expect(stderr).toContain('default, images, mail, still');
    }
    expect((await terminal.run('queue', 'add', 'mail', '--payload-file', 'nothing')).stderr).toContain(
      "can't be read from nothing",
    );
  });
});

describe('indexes', () => {
  it('are listed, added and vacuumed', async () => {
    const terminal = await deployed();
    expect((await terminal.run('indexes', 'list')).stdout).toBe('Application simple-sample has no indexes.\n');
    terminal.write(
      'index.yaml',
      'indexes:\n- kind: Book\n  properties:\n  - name: title\n  - name: year\n    direction: desc\n- kind: Page\n  ancestor: yes\n  properties:\n  - name: number\n',
    );
    await terminal.run('update-indexes', '.', '-A', 'simple-sample');
    expect((await terminal.run('indexes', 'list')).stdout).toBe(
      'Book (title asc, year desc)\nPage (ancestor, number asc)\n',
    );
    terminal.write(
      'index.yaml',
      'indexes:\n- kind: Book\n  properties:\n  - name: title\n  - name: year\n    direction: desc\n',
    );
    expect((await terminal.run('vacuum-indexes', '.', '-A', 'simple-sample', '--force')).stdout).toBe(
      'Done: 1 index deleted.\n',
    );
    expect(
      (await terminal.json<{ indexes: { kind: string }[] }>('indexes', 'list')).indexes.map(({ kind }) => kind),
    ).toEqual(['Book']);
  });
});
