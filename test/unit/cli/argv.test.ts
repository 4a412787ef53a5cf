import { describe, expect, it } from 'vitest';
import { type CommandNames, readCommandLine } from '../../../src/cli/argv.ts';

const flags = ['help', 'h', 'application', 'A', 'module', 'M', 'version', 'V', 'env-variable', 'E', 'verbose', 'noisy'];
const others = ['promote', 'no-promote', 'quiet', 'q', 'all-modules'];
const flagsOf: Readonly<Record<string, readonly string[]>> = {
  update: [...flags, ...others],
  'delete-version': flags,
  'cron-info': ['num-runs', 'n', 'quiet', 'q'],
  rollback: ['application', 'A', 'release', 'quiet', 'q'],
  'instances:list': flags,
};
const names: CommandNames = {
  ids: new Set(['help', 'update', 'delete-version', 'cron-info', 'rollback', 'instances:list', 'instances:stop']),
  valueFlags: new Set(['application', 'A', 'module', 'M', 'version', 'V', 'num-runs', 'n', 'env-variable', 'E']),
  flagsOf: (id) => new Set(flagsOf[id]),
};
const read = (line: string) => readCommandLine(line === '' ? [] : line.split(' '), names);

describe('readCommandLine', () => {
  it.each([
    ['update app.yaml', 'update', ['app.yaml']],
    ['delete_version -A a', 'delete-version', ['-A', 'a']],
    ['instances list -A a', 'instances:list', ['-A', 'a']],
    ['instances -A a list', 'instances:list', ['-A', 'a']],
    ['-A app update .', 'update', ['-A', 'app', '.']],
    ['-q -V v1 --module m update x.yaml', 'update', ['-q', '-V', 'v1', '--module', 'm', 'x.yaml']],
    ['--application=app update', 'update', ['--application=app']],
    ['-qA app update .', 'update', ['-qA', 'app', '.']],
    ['-Aapp update .', 'update', ['-Aapp', '.']],
    ['cron_info --num_runs 3 .', 'cron-info', ['--num-runs', '3', '.']],
    ['update --env_variable=A_B:x_y', 'update', ['--env-variable=A_B:x_y']],
    ['update --no_promote', 'update', ['--no-promote']],
    ['update --unknown_thing', 'update', ['--unknown_thing']],
    ['update my_file.yaml', 'update', ['my_file.yaml']],
    ['update -- --all_modules', 'update', ['--', '--all_modules']],
  ])('%s', (line, id, rest) => {
    expect(read(line)).toMatchObject({ id, rest });
  });

  it('has no command for nothing, for a topic alone and for an unknown word', () => {
    expect(read('')).toEqual({ words: [], id: undefined, rest: [], notes: [] });
    expect(read('instances')).toEqual({ words: ['instances'], id: undefined, rest: [], notes: [] });
    expect(read('instances lst')).toEqual({ words: ['instances', 'lst'], id: undefined, rest: [], notes: [] });
    expect(read('udpate app.yaml')).toEqual({ words: ['udpate'], id: undefined, rest: ['app.yaml'], notes: [] });
  });
});

describe('options of the original', () => {
  it.each([
    ['update --oauth2 .', ['.'], ['oauth2']],
    ['update --oauth2_refresh_token secret .', ['.'], ['oauth2-refresh-token']],
    ['update --oauth2_refresh_token=secret .', ['.'], ['oauth2-refresh-token']],
    ['--email me@example.com -H host --no_cookies update .', ['.'], ['email', 'host', 'no-cookies']],
    ['-e me@example.com update . --skip_sdk_update_check', ['.'], ['email', 'skip-sdk-update-check']],
    ['-qe me@example.com update .', ['-q', '.'], ['email']],
    ['-eme@example.com update .', ['.'], ['email']],
    ['update . --no_precompilation --no_usage_reporting', ['.'], ['no-precompilation', 'no-usage-reporting']],
    ['update . --insecure -s host:1', ['.'], ['insecure', 'server']],
    [
      'cron_info . -A app -V v1 -M m -E A:b -r php55 -R',
      ['.'],
      ['application', 'version', 'module', 'env-variable', 'runtime', 'allow-any-runtime'],
    ],
    ['rollback . --force_rollback -r php55', ['.'], ['force-rollback', 'runtime']],
  ])('%s: what is useless here is left out', (line, rest, ignored) => {
    const result = read(line);
    expect(result.rest).toEqual(rest);
    expect(result.notes.map((note) => /^--(\S+) does nothing here: \S.*\.$/.exec(note)?.[1])).toEqual(ignored);
    expect(result.notes.join()).not.toMatch(/secret|example\.com/);
  });

  it.each([
    ['update --app app --env A:b .', ['--application', 'app', '--env-variable', 'A:b', '.']],
    ['--appl=app update .', ['--application=app', '.']],
    ['--modul m update x.yaml', ['--module', 'm', 'x.yaml']],
    ['cron_info . --num 3', ['.', '--num-runs', '3']],
    ['update --quie .', ['--quiet', '.']],
  ])('%s: an unambiguous beginning is enough', (line, rest) => {
    expect(read(line)).toMatchObject({ rest, notes: [] });
  });

  it.each([
    ['update --ver .', ['--ver', '.']],
    ['update --promot .', ['--promot', '.']],
    ['update --frobnicate .', ['--frobnicate', '.']],
    ['update . -- --oauth2', ['.', '--', '--oauth2']],
    ['instances list --oauth2', ['--oauth2']],
    ['rollback . -V v1', ['.', '-V', 'v1']],
  ])('%s: everything else is as it was', (line, rest) => {
    expect(read(line)).toMatchObject({ rest, notes: [] });
  });
});
