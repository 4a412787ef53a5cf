import { describe, expect, it } from 'vitest';
import { deploySample, openTerminal, type Terminal } from './terminal.ts';

const wish = { reason: 'inventory', ttlMs: 60_000, isRenewed: false };

async function locked(terminal: Terminal) {
  await deploySample(terminal);
  return terminal.backend.lock.acquire('simple-sample', wish);
}

describe('a lock on an application', () => {
  it('is taken for a time, shown, and refuses every change with holder, reason and what to do', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    const taken = await terminal.run('lock', 'acquire', '--reason', 'inventory', '--for', '1h');
    expect(taken.code, taken.stderr).toBe(0);
    expect(taken.stdout).toMatch(
      /^simple-sample is locked by ann since .+: inventory\nYour own commands: APPCFG_LOCK=/,
    );
    expect((await terminal.run('lock', 'status')).stdout).toMatch(/locked by ann since .+ until .+: inventory/);
    expect((await terminal.run('status')).stdout).toContain('locked by ann');
    terminal.write('main.py', 'changed');
    for (const argv of [['update', 'app.yaml'], ['stop', '-M', 'my-module', '-V', 'uno'], ['rollback']]) {
      const { code, stderr } = await terminal.run(...argv);
      expect(code, argv.join(' ')).toBe(1);
      if (argv[0] === 'rollback') continue;
      expect(stderr).toMatch(/Application simple-sample is locked by ann since \S+: inventory\. Nothing was changed\./);
      expect(stderr).toContain('appcfg lock release -A simple-sample');
    }
    // What changes nothing is not kept out.
    expect((await terminal.run('update', 'app.yaml', '--dry-run')).code).toBe(0);
  });

  it('is waited for with --wait, and the deploy goes on as soon as it is gone', async () => {
    const terminal = openTerminal();
    const { id } = await locked(terminal);
    terminal.write('main.py', 'changed');
    const deploying = terminal.run('update', '--wait', 'app.yaml');
    await terminal.clock.advance(5000);
    await terminal.backend.lock.release('simple-sample', id);
    for (let second = 0; second < 5; second += 1) await terminal.clock.advance(1000);
    const { code, stdout, stderr } = await deploying;
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('Waiting for the lock of ann');
    expect(stderr.match(/Waiting for the lock/g)).toHaveLength(1);
    expect(stdout).toContain('is live, release r2');
  });

  it('is not waited for longer than --wait=DURATION says', async () => {
    const terminal = openTerminal();
    await locked(terminal);
    terminal.write('main.py', 'changed');
    const deploying = terminal.run('update', 'app.yaml', '--wait=5s');
    for (let second = 0; second < 8; second += 1) await terminal.clock.advance(1000);
    const { code, stderr } = await deploying;
    expect(code).toBe(1);
    expect(stderr).toContain('is locked by ann');
    expect((await terminal.run('update', 'app.yaml', '--wait=soon')).stderr).toContain('a time such as 90s');
  });

  it('is held with a heartbeat until Ctrl-C, which lets go of it', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    const holding = terminal.run('lock', 'acquire', '-m', 'surgery');
    for (let beat = 0; beat < 12; beat += 1) await terminal.clock.advance(9000);
    expect((await terminal.backend.describe('simple-sample'))?.lock).toMatchObject({
      reason: 'surgery',
      isRenewed: true,
    });
    terminal.interrupt();
    const { code, stdout } = await holding;
    expect(code).toBe(0);
    expect(stdout).toContain('Ctrl-C lets go of it.');
    expect(stdout).toContain('Let go of simple-sample');
    expect((await terminal.backend.describe('simple-sample'))?.lock).toBeUndefined();
  });

  it('ends its holder with a failure when somebody else released it', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    const holding = terminal.run('lock', 'acquire', '-m', 'surgery');
    await terminal.clock.advance(1000);
    expect((await terminal.run('lock', 'release', '--yes')).code).toBe(0);
    await terminal.clock.advance(20_000);
    const { code, stderr } = await holding;
    expect(code).toBe(1);
    expect(stderr).toContain('is not held any more');
  });

  it('is released after a question that says whose it is; scripts name it or say yes', async () => {
    const asked = openTerminal({ answer: true });
    await locked(asked);
    expect((await asked.run('lock', 'release')).code).toBe(0);
    expect(asked.questions[0]).toMatch(/simple-sample is locked by ann since .+: inventory\. Release it\?/);
    expect((await asked.run('lock', 'release')).stdout).toContain('Nobody holds a lock on simple-sample.');

    const script = openTerminal();
    const { id } = await locked(script);
    expect((await script.run('lock', 'release')).code).toBe(1);
    expect((await script.run('lock', 'release', '--id', 'another')).code).toBe(1);
    expect((await script.backend.describe('simple-sample'))?.lock?.id).toBe(id);
    expect((await script.run('lock', 'release', '--id', id)).code).toBe(0);
    expect((await script.backend.describe('simple-sample'))?.lock).toBeUndefined();
  });
});
