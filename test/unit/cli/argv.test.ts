import { describe, expect, it } from 'vitest';
import { type CommandNames, readCommandLine } from '../../../src/cli/argv.ts';

const names: CommandNames = {
  ids: new Set(['help', 'update', 'delete-version', 'cron-info', 'instances:list', 'instances:stop']),
  valueFlags: new Set(['application', 'A', 'module', 'M', 'version', 'V', 'num-runs', 'n', 'env-variable', 'E']),
  longFlags: new Set([
    'help',
    'application',
    'module',
    'version',
    'num-runs',
    'env-variable',
    'promote',
    'quiet',
    'all-modules',
  ]),
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
    expect(read('')).toEqual({ words: [], id: undefined, rest: [] });
    expect(read('instances')).toEqual({ words: ['instances'], id: undefined, rest: [] });
    expect(read('instances lst')).toEqual({ words: ['instances', 'lst'], id: undefined, rest: [] });
    expect(read('udpate app.yaml')).toEqual({ words: ['udpate'], id: undefined, rest: ['app.yaml'] });
  });
});
