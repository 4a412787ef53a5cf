/** Programs in process groups: output, exit, environment, build commands, ports. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPortAllocator } from '../../../src/platform/serving/port-allocator.ts';
import {
  createRunCommand,
  describeExit,
  type GroupOptions,
  type ProcessExit,
  startGroup,
} from '../../../src/platform/serving/process.ts';
import { createResourceWatch, type ResourceUsage } from '../../../src/platform/serving/resource-watch.ts';
import { watchStart } from '../../../src/platform/serving/start-watch.ts';
import { systemClock } from '../../../src/support/clock.ts';
import { eventually, isAlive } from './serving-rig.ts';

const clock = systemClock;
const PATH = '/usr/bin:/bin';

interface Ended {
  readonly exit: ProcessExit;
  readonly lines: readonly string[];
}

function runGroup(options: Partial<GroupOptions>): Promise<Ended> {
  return new Promise((resolve) => {
    const lines: string[] = [];
    const group = startGroup({
      clock,
      command: '/bin/sh',
      args: [],
      cwd: '/',
      environment: {},
      onLine: (stream, line) => void lines.push(`${stream}: ${line}`),
      onExit: (exit) => void group.outputEnd.then(() => resolve({ exit, lines })),
      ...options,
    });
  });
}

const shell = (script: string, more: Partial<GroupOptions> = {}) => runGroup({ args: ['-c', script], ...more });

describe('a process group', () => {
  it('reports both streams line by line and the exit', async () => {
    const { exit, lines } = await shell('echo one; echo two >&2; printf three; exit 7');
    expect(exit).toEqual({ code: 7, signal: null });
    expect(lines.filter((line) => line.startsWith('stdout'))).toEqual(['stdout: one', 'stdout: three']);
    expect(lines).toContain('stderr: two');
  });

  it('has exactly the environment it was given, and no standard input', async () => {
    const { lines } = await runGroup({ command: '/usr/bin/env', environment: { ONE: '1', TWO: 'two words' } });
    expect(lines).toEqual(['stdout: ONE=1', 'stdout: TWO=two words']);
    expect((await shell('read line || echo "nothing to read"')).lines).toEqual(['stdout: nothing to read']);
  });

  it.skipIf(process.platform !== 'linux')('may not leave a core file', async () => {
    expect((await shell('ulimit -c')).lines).toEqual(['stdout: 0']);
  });

  it('ends what its leader left behind in the group', async () => {
    const { lines } = await shell('sleep 60 & echo $!', { environment: { PATH } });
    const pid = Number(lines[0]?.slice('stdout: '.length));
    await eventually(() => !isAlive(pid), 'the end of the background process');
  });

  it('survives a program that closes its pipes, and one that floods them', async () => {
    expect((await shell('exec >&- 2>&-; sleep 0.1; exit 3', { environment: { PATH } })).exit.code).toBe(3);
    const flood = await shell(
      'i=0; while [ $i -lt 20000 ]; do echo "line $i with some text to make it longer"; i=$((i+1)); done',
    );
    expect(flood.lines).toHaveLength(20_000);
    expect(flood.lines.at(-1)).toContain('line 19999 ');
  });

  it('says why something could not be launched', async () => {
    const nowhere = await shell('true', { cwd: '/no/such/directory' });
    expect(describeExit(nowhere.exit)).toBe(
      'could not be launched: the working directory /no/such/directory does not exist',
    );
    const nul = await runGroup({ command: '/bin/echo', args: ['a\0b'] });
    expect(describeExit(nul.exit)).toMatch(/^could not be launched: .*null bytes/);
    const missing = await runGroup({ command: '/no/such/program' });
    expect(describeExit(missing.exit)).toMatch(/command not found|ENOENT/);
    expect(describeExit((await shell('kill -9 $$')).exit)).toBe('was killed by SIGKILL');
  });
});

describe('a build command', () => {
  const run = createRunCommand(clock);
  const command = (script: string, onOutput: (line: string) => void = () => undefined) =>
    ({ command: '/bin/sh', args: ['-c', script], cwd: '/', environment: { PATH }, onOutput }) as const;

  it('gives its lines and its exit code', async () => {
    const lines: string[] = [];
    expect(await run(command('echo installing; exit 4', (line) => void lines.push(line)))).toEqual({
      exitCode: 4,
      signal: null,
    });
    expect(lines).toEqual(['installing']);
  });

  it('is stopped as a whole when its time is over', async () => {
    const lines: string[] = [];
    const script = 'sleep 60 & echo $!; wait';
    const result = await run({ ...command(script, (line) => void lines.push(line)), timeoutMs: 200 });
    expect(result).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect(lines[1]).toBe('stopped: took longer than 0 s');
    await eventually(() => !isAlive(Number(lines[0])), 'the end of the background process');
  });

  it('is stopped when its signal aborts, and rejects with the reason', async () => {
    const stop = new AbortController();
    const running = run({ ...command('sleep 60', () => undefined), signal: stop.signal });
    stop.abort(new Error('interrupted'));
    await expect(running).rejects.toThrow('interrupted');
    await expect(run({ ...command('true'), signal: stop.signal })).rejects.toThrow('interrupted');
  });

  it('answers 127 for a command that is not there', async () => {
    const lines: string[] = [];
    const missing = { ...command('', (line) => void lines.push(line)), command: 'no-such-command', args: [] };
    expect((await run(missing)).exitCode).toBe(127);
    expect(lines.join('\n')).toMatch(/no-such-command/);
  });
});

describe('ports', () => {
  it('are free, below the range for outgoing connections, and given out once', async () => {
    const ports = createPortAllocator();
    const reserved = await Promise.all(Array.from({ length: 50 }, () => ports.reserve()));
    expect(new Set(reserved).size).toBe(50);
    expect(reserved.every((port) => port >= 20_000 && port < 32_000)).toBe(true);
  });

  it('are not given out while they are reserved or something listens on them', async () => {
    const draw = (...values: number[]) => createPortAllocator(() => values.shift() ?? 0.5);
    const ports = draw(0.1, 0.1, 0.2, 0.1);
    const first = await ports.reserve();
    expect(await ports.reserve()).not.toBe(first);
    ports.release(first);
    expect(await ports.reserve()).toBe(first);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(first, '127.0.0.1', resolve));
    expect(await draw(0.1, 0.3).reserve()).not.toBe(first);
    server.close();
  });
});

describe('the wait for a port', () => {
  it('finds a server that took ::1 for localhost', async () => {
    const server = createServer();
    const isListening = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(0, '::1', () => resolve(true));
    });
    const address = server.address();
    if (!isListening || address === null || typeof address === 'string') return;
    const outcome = await watchStart({
      clock,
      pid: process.pid,
      port: address.port,
      timeoutMs: 5_000,
      limits: { wrongPortGraceMs: 5_000 },
      signal: new AbortController().signal,
      onNotice: () => undefined,
    });
    expect(outcome).toEqual({ kind: 'listening', host: '::1' });
    server.close();
  });
});

describe.skipIf(process.platform !== 'linux')('the resource watch', () => {
  it('adds up memory and processor time of a process and its children', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'appcfg-watch-'));
    const busy = 'while (process.cpuUsage().user < 400000); setInterval(() => {}, 1000)';
    const script = `"${process.execPath}" -e '${busy}' & "${process.execPath}" -e '${busy}'`;
    const group = startGroup({
      clock,
      command: '/bin/sh',
      args: ['-c', script],
      cwd: directory,
      environment: { PATH },
      onLine: () => undefined,
      onExit: () => undefined,
    });
    const readings: ResourceUsage[] = [];
    const watch = createResourceWatch(clock, 50);
    const add = { key: group, pid: group.pid ?? 0, onUsage: (usage: ResourceUsage) => void readings.push(usage) };
    watch.add({ ...add, limitBytes: Number.MAX_SAFE_INTEGER });
    await eventually(() => (readings.at(-1)?.cpuSeconds ?? 0) > 0.5, 'half a second of processor time');
    const twoNodes = readings.at(-1)?.memoryBytes ?? 0;
    expect(twoNodes).toBeGreaterThan(60e6);
    expect(readings.at(-1)?.cpuUtilization).toBeGreaterThan(0);
    // Over the limit shared pages count once: the exact reading is lower than the plain sum.
    watch.add({ ...add, limitBytes: 1 });
    const before = readings.length;
    await eventually(() => readings.length > before);
    expect(readings.at(-1)?.memoryBytes).toBeLessThan(twoNodes);
    watch.close();
    group.signal('SIGKILL');
    await rm(directory, { recursive: true });
  });
});
