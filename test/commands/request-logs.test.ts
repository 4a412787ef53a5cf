import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ApplicationLog, LogLevel, RequestLog } from '../../src/model/log.ts';
import { deploySample, openTerminal, type Terminal } from './terminal.ts';

const DAY_MS = 86_400_000;
const mine = ['-A', 'simple-sample', '-M', 'my-module', '-V', 'uno'] as const;

let terminal: Terminal;
let noon: number;

beforeEach(async () => {
  terminal = openTerminal();
  await deploySample(terminal);
  // Noon in California.
  noon = Date.parse('2026-06-10T19:00:00Z');
  terminal.clock.set(noon + 60_000);
});

function request(resource: string, changes: Partial<RequestLog> = {}): void {
  terminal.backend.appendLog({
    kind: 'request',
    timeMs: noon,
    application: 'simple-sample',
    module: 'my-module',
    version: 'uno',
    requestId: resource,
    level: 'info',
    method: 'GET',
    resource,
    httpVersion: 'HTTP/1.1',
    status: 200,
    responseSize: 5,
    latencyMs: 10,
    pendingMs: 0,
    ip: '192.0.2.1',
    host: 'my-module.simple-sample.localhost:8080',
    ...changes,
  });
}

function logged(requestId: string, level: LogLevel, message: string, changes: Partial<ApplicationLog> = {}): void {
  const of = { application: 'simple-sample', module: 'my-module', version: 'uno', requestId };
  terminal.backend.appendLog({ kind: 'app', timeMs: noon + 5, ...of, level, stream: 'stderr', message, ...changes });
}

/** The paths of requests and the texts of other lines, in order. */
function seen(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => /"GET (\S+) /.exec(line)?.[1] ?? line.replace(/^(\t\d:)[\d.]+/, '$1'));
}

const read = (file: string) => readFileSync(join(terminal.directory, file), 'utf8');
const printed = async (...options: readonly string[]) =>
  seen((await terminal.run('request_logs', '-', ...mine, ...options)).stdout);

describe('request-logs', () => {
  it('writes the requests of the version, oldest first', async () => {
    request('/second', { timeMs: noon + 1000 });
    request('/first');
    request('/other', { module: 'default' });
    logged('/first', 'error', 'not asked for');
    const { code, stdout, stderr } = await terminal.run('request_logs', 'out.log', ...mine);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '2 requests written to out.log.\n' });
    expect(stderr).toContain('Reading the requests of module my-module, version uno of application simple-sample');
    expect(read('out.log').split('\n')[0]).toBe(
      '192.0.2.1 - - [10/Jun/2026:12:00:00 -0700] "GET /first HTTP/1.1" 200 5 "-" "-"',
    );
    expect(seen(read('out.log'))).toEqual(['/first', '/second']);
    await terminal.run('request_logs', 'out.log', ...mine);
    expect(seen(read('out.log'))).toEqual(['/first', '/second']);
  });

  it('takes a directory or a yaml file that names the version', async () => {
    request('/mine');
    request('/default', { module: 'default' });
    await terminal.run('request_logs', '.', 'default.log');
    await terminal.run('request_logs', 'my-module.yaml', 'mine.log');
    expect([seen(read('default.log')), seen(read('mine.log'))]).toEqual([['/default'], ['/mine']]);
  });

  it('prints to standard output, and as one document with --json', async () => {
    request('/a');
    expect(await printed()).toEqual(['/a']);
    expect(await terminal.json('request_logs', '-', ...mine)).toMatchObject({
      module: 'my-module',
      version: 'uno',
      records: 1,
      lines: [expect.stringContaining('"GET /a HTTP/1.1"')],
    });
    expect(await terminal.json('request_logs', 'out.log', ...mine)).toMatchObject({ records: 1 });
  });

  it('joins what was logged meanwhile, from a severity on', async () => {
    request('/a', { requestId: 'a' });
    request('/b', { requestId: 'b', timeMs: noon + 3 });
    request('/long', { requestId: 'long', timeMs: noon + 4, latencyMs: DAY_MS });
    logged('b', 'error', 'of b');
    logged('a', 'debug', 'detail');
    logged('a', 'warning', 'two\nlines');
    logged('long', 'critical', 'much later', { timeMs: noon + DAY_MS });
    logged('nobody', 'critical', 'of none');
    expect(await printed('--severity', '0')).toEqual([
      '/a',
      '\t0: detail',
      '\t2: two',
      '\tlines',
      '/b',
      '\t3: of b',
      '/long',
      '\t4: much later',
    ]);
    expect(await printed('--severity=3')).toEqual(['/a', '/b', '\t3: of b', '/long', '\t4: much later']);
  });

  it('counts days as California does', async () => {
    request('/midnight', { timeMs: Date.parse('2026-06-10T07:00:00Z') });
    request('/before', { timeMs: Date.parse('2026-06-10T06:59:59Z') });
    request('/long-ago', { timeMs: noon - 30 * DAY_MS });
    request('/now');
    expect(await printed()).toEqual(['/midnight', '/now']);
    expect(await printed('-n', '2')).toEqual(['/before', '/midnight', '/now']);
    expect(await printed('--num_days=0')).toEqual(['/long-ago', '/before', '/midnight', '/now']);
    expect(await printed('--end_date=2026-06-09')).toEqual(['/before']);
  });

  it('takes one host, and shows hosts and everything', async () => {
    request('/a', { host: 'Foo.com' });
    request('/b', { timeMs: noon + 1 });
    expect(await printed('--vhost=foo.com')).toEqual(['/a']);
    expect((await terminal.run('request_logs', '-', ...mine, '--include_vhost')).stdout).toContain(
      '"-" "-" "Foo.com"\n',
    );
    expect((await terminal.run('request_logs', '-', ...mine, '--include_all')).stdout).toContain('"Foo.com" ms=10 ');
  });

  it('reads many pages', async () => {
    for (let index = 0; index < 2500; index += 1) request(`/${index}`, { timeMs: noon + Math.floor(index / 3) });
    expect(await printed()).toEqual(Array.from({ length: 2500 }, (_, index) => `/${index}`));
  });
});

describe('request-logs --append', () => {
  it('goes on after the last request in the file, over all days', async () => {
    request('/old', { timeMs: noon - 3 * DAY_MS });
    request('/one', { requestId: 'one', timeMs: noon - 2 * DAY_MS });
    logged('one', 'info', 'said', { timeMs: noon - 2 * DAY_MS });
    await terminal.run('request_logs', 'out.log', ...mine, '--append', '--severity', '0');
    expect(seen(read('out.log'))).toEqual(['/old', '/one', '\t1: said']);
    request('/two', { timeMs: noon - DAY_MS });
    request('/three');
    const { stdout, stderr } = await terminal.run('request_logs', 'out.log', ...mine, '-a', '--severity', '0');
    expect(stdout).toBe('2 requests added to out.log.\n');
    expect(stderr).not.toContain('Warning');
    expect(seen(read('out.log'))).toEqual(['/old', '/one', '\t1: said', '/two', '/three']);
    expect((await terminal.run('request_logs', 'out.log', ...mine, '-a')).stdout).toBe(
      '0 requests added to out.log.\n',
    );
  });

  it('says so when the last request is not in the log any more', async () => {
    terminal.write('out.log', 'something else\n\tof it\n');
    request('/new');
    const { code, stderr } = await terminal.run('request_logs', 'out.log', ...mine, '-a');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Warning: The last request of \S+out\.log was not found in the log/m);
    expect(seen(read('out.log'))).toEqual(['something else', '\tof it', '/new']);
  });
});

describe('request-logs, misused', () => {
  it.each([
    [[], 'request-logs needs DIRECTORY and OUTPUT.'],
    [['out.log'], 'request-logs needs DIRECTORY and OUTPUT, or OUTPUT with -A APP and -V VERSION.'],
    [['out.log', '-A', 'simple-sample'], 'request-logs needs DIRECTORY and OUTPUT, or OUTPUT with'],
    [['.', 'out.log', 'more'], 'request-logs does not expect more.'],
    [['.', '-', '-a'], 'request-logs: there is nothing to append to on standard output.'],
    [['.', 'out.log', '--severity=9'], 'request-logs: '],
    [['.', 'out.log', '--severity=x'], 'request-logs: '],
    [['.', 'out.log', '--end_date=2026-13-45'], '--end-date can\'t be "2026-13-45"; expected a date such as'],
    [['.', 'out.log', '--num_days=-1'], 'request-logs: '],
  ])('%j (groups 106 and 108)', async (argv, message) => {
    const { code, stdout, stderr } = await terminal.run('request_logs', ...argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`Error: ${message}`);
    expect(stderr).toContain('appcfg request-logs --help');
    expect(existsSync(join(terminal.directory, 'out.log'))).toBe(false);
  });

  it('does not touch the file when the version is not there, or the place can not be written', async () => {
    terminal.write('out.log', 'kept\n');
    expect((await terminal.run('request_logs', 'out.log', '-A', 'simple-sample', '-V', 'nope')).code).toBe(1);
    expect(read('out.log')).toBe('kept\n');
    const { code, stderr } = await terminal.run('request_logs', 'nowhere/out.log', ...mine);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Error: The requests can't be written to \S+nowhere\/out\.log: /);
  });

  it('keeps what has arrived when it is interrupted', async () => {
    for (let index = 0; index < 1500; index += 1) request(`/${index}`, { timeMs: noon + index });
    const { query } = terminal.backend.logs;
    let pages = 0;
    Object.assign(terminal.backend.logs, {
      query: async (...call: Parameters<typeof query>) => {
        pages += 1;
        if (pages === 2) terminal.interrupt();
        return query(...call);
      },
    });
    const { code, stderr } = await terminal.run('request_logs', 'out.log', ...mine);
    expect(code).toBe(130);
    expect(stderr).toContain('Interrupted while the log was read; the newest 1000 requests are in out.log.');
    const paths = seen(read('out.log'));
    expect([paths.length, paths[0], paths.at(-1)]).toEqual([1000, '/500', '/1499']);
  });
});
