import { expect, it } from 'vitest';
import type { LogRecord } from '../../src/model/log.ts';
import { deploySample, openTerminal, type Terminal } from './terminal.ts';

function line(terminal: Terminal, message: string, changes: Partial<LogRecord> = {}): LogRecord {
  return {
    kind: 'app',
    timeMs: terminal.clock.now(),
    application: 'simple-sample',
    module: 'my-module',
    version: 'uno',
    instance: '0',
    level: 'info',
    stream: 'stdout',
    message,
    ...changes,
  } as LogRecord;
}

it('shows the last lines, by module and level', async () => {
  const terminal = openTerminal();
  await deploySample(terminal);
  terminal.backend.appendLog(line(terminal, 'one'));
  terminal.backend.appendLog(line(terminal, 'two', { level: 'error' }));
  terminal.backend.appendLog(
    line(terminal, 'three', { module: 'default', instance: '0123456789abcdef0123456789abcdef01234567' }),
  );
  const { code, stdout } = await terminal.run('logs', '-n', '2');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\S+ \S+ E my-module:uno\.0 two\n\S+ \S+ I default:uno\.01234567 three\n$/);
  expect((await terminal.run('logs', '-M', 'my-module', '--level', 'warning')).stdout).toMatch(/ two\n$/);
  const records = await terminal.json<LogRecord[]>('logs', '-M', 'my-module');
  expect(records.map((record) => 'message' in record && record.message)).toEqual(['one', 'two']);
});

it('takes a time', async () => {
  const terminal = openTerminal();
  await deploySample(terminal);
  terminal.backend.appendLog(line(terminal, 'old'));
  await terminal.clock.advance(3_600_000);
  terminal.backend.appendLog(line(terminal, 'new'));
  expect((await terminal.run('logs', '--since', '10m')).stdout).toMatch(/^\S+ \S+ I my-module:uno\.0 new\n$/);
  expect((await terminal.run('logs', '--since', '2h')).stdout).toContain(' old\n');
  expect((await terminal.run('logs', '--since', 'yesterday')).code).toBe(2);
});

it('follows until Ctrl-C, one JSON document a line', async () => {
  const terminal = openTerminal();
  await deploySample(terminal);
  terminal.backend.appendLog(line(terminal, 'before'));
  const running = terminal.run('logs', '--follow', '--json');
  await terminal.clock.advance(0);
  for (let turn = 0; turn < 50; turn += 1) await terminal.clock.advance(0);
  terminal.backend.appendLog(line(terminal, 'meanwhile'));
  for (let turn = 0; turn < 50; turn += 1) await terminal.clock.advance(0);
  terminal.interrupt();
  const { code, stdout, stderr } = await running;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const messages = stdout
    .trim()
    .split('\n')
    .map((text) => (JSON.parse(text) as { message: string }).message);
  expect(messages).toEqual(['before', 'meanwhile']);
});
