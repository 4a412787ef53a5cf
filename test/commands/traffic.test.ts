/** Traffic that moves: by weights at once, and gradually with a person's time between the steps. */
import { describe, expect, it } from 'vitest';
import { deploySample, openTerminal, type Run, type Terminal } from './terminal.ts';

async function twoVersions(): Promise<Terminal> {
  const terminal = openTerminal();
  await deploySample(terminal);
  await terminal.run('update', 'app.yaml', 'my-module.yaml', '-V', 'dos');
  return terminal;
}

async function splitOf(terminal: Terminal, module = 'default') {
  const live = await terminal.backend.describe('simple-sample');
  return live?.modules.find(({ name }) => name === module)?.traffic;
}

/** Lets a command run to where it waits for the clock, or to its end. */
async function settled(terminal: Terminal, running: Promise<unknown>): Promise<void> {
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
  };
  running.then(end, end);
  while (!hasEnded && terminal.clock.pendingTimers === 0) await new Promise((resolve) => setImmediate(resolve));
}

async function step(terminal: Terminal, ms: number, running: Promise<unknown>): Promise<void> {
  await terminal.clock.advance(ms);
  await settled(terminal, running);
}

describe('migrate-traffic', () => {
  it('moves traffic share by share, and says where it is', async () => {
    const terminal = await twoVersions();
    const running = terminal.run('migrate_traffic', '-A', 'simple-sample', '-V', 'dos');
    await settled(terminal, running);
    expect((await splitOf(terminal))?.allocations).toEqual({ uno: 0.9, dos: 0.1 });
    await step(terminal, 10_000, running);
    expect((await splitOf(terminal))?.allocations).toEqual({ uno: 0.5, dos: 0.5 });
    await step(terminal, 10_000, running);
    const { code, stdout, stderr } = await running;
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'Done: all traffic of module default goes to version dos.\n',
    });
    expect(stderr.split('\n').filter((line) => line.startsWith('Traffic'))).toEqual([
      'Traffic: module default uno 90%, dos 10% (step 1 of 3; the next in 10 s)',
      'Traffic: module default uno 50%, dos 50% (step 2 of 3; the next in 10 s)',
      'Traffic: module default all to dos',
    ]);
    expect((await splitOf(terminal))?.allocations).toEqual({ dos: 1 });
    expect((await terminal.run('migrate_traffic', 'app.yaml', '-V', 'dos')).stdout).toBe(
      'Version dos of module default has that much traffic already.\n',
    );
  });

  it('takes other modules than the default one, several, and steps of its own', async () => {
    const terminal = await twoVersions();
    const line = '-A simple-sample -M default,my-module -V dos --gradual 1,100 --step 1s --split-by cookie';
    const { code, stdout } = await terminal.run('migrate_traffic', ...line.split(' '), '--dry-run');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: [
        'Would do (nothing was changed):',
        '  traffic of default: uno 99%, dos 1%',
        '  traffic of my-module: uno 99%, dos 1%',
        '  after 1 s: traffic of default: all to dos',
        '  after 1 s: traffic of my-module: all to dos',
        '',
      ].join('\n'),
    });
    const running = terminal.json('migrate_traffic', ...line.split(' '));
    await settled(terminal, running);
    expect(await splitOf(terminal, 'my-module')).toEqual({ shardBy: 'cookie', allocations: { uno: 0.99, dos: 0.01 } });
    await step(terminal, 1000, running);
    expect(await running).toMatchObject({ application: 'simple-sample', outcome: 'done' });
    expect((await splitOf(terminal, 'my-module'))?.allocations).toEqual({ dos: 1 });
  });

  it('stops on Ctrl-C where it is, and says how to go on and how to go back', async () => {
    const terminal = await twoVersions();
    const running = terminal.run('migrate-traffic', '-A', 'simple-sample', '-V', 'dos');
    await settled(terminal, running);
    terminal.interrupt();
    const { code, stderr } = await running;
    expect(code).toBe(130);
    expect(stderr).toContain(
      'Error: Interrupted while traffic was moving; it stays as it is now: module default uno 90%, dos 10%.',
    );
    const back = 'set-traffic default -A simple-sample --splits uno=1 --split-by ip';
    const on = 'set-default-version -A simple-sample -M default -V dos';
    expect(stderr).toContain(`Hint:  To go on: appcfg ${on}; to go back: appcfg ${back}`);
    expect((await splitOf(terminal))?.allocations).toEqual({ uno: 0.9, dos: 0.1 });
    expect((await terminal.run(...back.split(' '))).code).toBe(0);
    expect((await splitOf(terminal))?.allocations).toEqual({ uno: 1 });
  });

  it('gives way to somebody else who moves traffic meanwhile', async () => {
    const terminal = await twoVersions();
    const running: Promise<Run> = terminal.run('migrate-traffic', '-A', 'simple-sample', '-V', 'dos');
    await settled(terminal, running);
    await terminal.run('set-default-version', '-A', 'simple-sample', '-V', 'uno');
    await step(terminal, 10_000, running);
    const { code, stderr } = await running;
    expect(code).toBe(1);
    expect(stderr).toContain('Error: The traffic of module default was changed by somebody else while it was moving');
    expect((await splitOf(terminal))?.allocations).toEqual({ uno: 1 });
  });

  it('needs a version that is there', async () => {
    const terminal = await twoVersions();
    expect((await terminal.run('migrate_traffic', '-A', 'simple-sample')).code).toBe(2);
    expect((await terminal.run('migrate_traffic', '-A', 'simple-sample', '-V', 'tres')).code).toBe(1);
    for (const wrong of ['50,10', '0', '101', 'x', '10,,20']) {
      const { code, stderr } = await terminal.run('migrate_traffic', '-V', 'dos', '--gradual', wrong);
      expect(code).toBe(2);
      expect(stderr).toContain('expected rising percentages');
    }
    expect((await terminal.run('migrate_traffic', '-V', 'dos', '--step', '10')).stderr).toContain('expected a time');
  });
});

describe('set-traffic', () => {
  it.each([
    ['uno=1,dos=1', [], { shardBy: 'ip', allocations: { uno: 0.5, dos: 0.5 } }],
    ['uno=1,dos=2', [], { shardBy: 'ip', allocations: { uno: 0.33, dos: 0.67 } }],
    ['uno=1,dos=2', ['--split-by=cookie'], { shardBy: 'cookie', allocations: { uno: 0.333, dos: 0.667 } }],
    ['uno=.1,dos=.9', ['--split-by=random'], { shardBy: 'random', allocations: { uno: 0.1, dos: 0.9 } }],
  ])('%s %j', async (splits, flags, split) => {
    const terminal = await twoVersions();
    expect(await terminal.run('set-traffic', 'default', '--splits', splits, ...flags)).toMatchObject({ code: 0 });
    expect(await splitOf(terminal)).toEqual(split);
  });

  it('moves gradually too, and may stay half way', async () => {
    const terminal = await twoVersions();
    const { code, stdout } = await terminal.run('set-traffic', 'default', '--splits', 'dos=1', '--gradual', '25');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Done: version dos has 25% of the traffic.\n' });
    expect((await splitOf(terminal))?.allocations).toEqual({ uno: 0.75, dos: 0.25 });
    const running = terminal.run('set-traffic', 'default', '--splits', 'dos=1', '--migrate', '--step', '1m');
    await settled(terminal, running);
    expect((await splitOf(terminal))?.allocations).toEqual({ uno: 0.5, dos: 0.5 });
    await step(terminal, 60_000, running);
    expect((await running).code).toBe(0);
    expect((await splitOf(terminal))?.allocations).toEqual({ dos: 1 });
  });

  it.each([
    [['--splits', 'uno=0,dos=1'], 'gives uno the weight 0'],
    [['--splits', 'uno=1,dos=1', '--migrate'], 'traffic moves gradually to one version'],
    [['--splits', 'dos=1', '--step', '1m'], '--step needs --gradual or --migrate'],
    [['--splits', 'dos=1', '--migrate', '--gradual', '1'], 'set-traffic: '],
  ])('%j is misuse', async (flags, message) => {
    const terminal = await twoVersions();
    const { code, stderr } = await terminal.run('set-traffic', 'default', ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
