import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Asker } from '../../src/support/questions.ts';
import { deploySample, openTerminal, type Terminal } from './terminal.ts';

const index = (kind: string) => `- kind: ${kind}\n  properties:\n  - name: a\n  - name: b\n`;

it('updates settings alone, from a directory or a file', async () => {
  const terminal = openTerminal();
  await deploySample(terminal);
  terminal.write('cron.yaml', 'cron:\n- description: daily\n  url: /daily\n  schedule: every day 09:00\n');
  expect((await terminal.run('update_cron', '.', '--dry-run')).stdout).toMatch(
    /^Would do \(nothing was changed\):\n {2}\S/,
  );
  expect((await terminal.run('update_cron', '.')).stdout).toBe(
    'Done: the cron jobs of application simple-sample are updated.\n',
  );
  expect((await terminal.run('update-cron', 'cron.yaml')).stdout).toBe(
    'The cron jobs of application simple-sample are up to date.\n',
  );
  terminal.write('queue.yaml', 'queue:\n- name: default\n  rate: 5/s\n');
  terminal.write('dos.yaml', 'blacklist:\n- subnet: 192.0.2.0/24\n');
  terminal.write('dispatch.yaml', 'dispatch:\n- url: "*/mobile/*"\n  module: mobile-frontend\n');
  for (const command of ['update_queues', 'update_dos', 'update_dispatch']) {
    expect(await terminal.run(command)).toMatchObject({ code: 0 });
  }
  const live = await terminal.backend.describe('simple-sample');
  expect(live?.settings).toMatchObject({
    cron: [{ url: '/daily' }],
    queues: { queues: [{ name: 'default' }] },
    dos: [{ subnet: '192.0.2.0/24' }],
    dispatch: [{ module: 'mobile-frontend' }],
  });
});

it.each(['update_cron', 'update_queues', 'update_dos', 'update_dispatch', 'update_indexes'])(
  '%s says that a directory has no such file, and changes nothing',
  async (command) => {
    const terminal = openTerminal();
    await deploySample(terminal);
    const before = await terminal.backend.describe('simple-sample');
    const { code, stdout, stderr } = await terminal.run(command, '.');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^Warning: There is no \w+\.yaml in the current directory; nothing was done\.\n$/);
    expect(await terminal.json(command, '.')).toMatchObject({ outcome: 'unchanged', plan: [] });
    expect(await terminal.backend.describe('simple-sample')).toEqual(before);
  },
);

describe('group 105', () => {
  it.each(['update_cron', 'update_queues', 'update_dos', 'update_dispatch', 'update_indexes', 'vacuum_indexes'])(
    '%s of a directory that is not there, of nothing, of two, and of another file is misuse',
    async (command) => {
      const terminal = openTerminal();
      await deploySample(terminal);
      const name = command.replace('_', '-');
      const file = /\w+\.yaml/;
      for (const [argv, message] of [
        [['nosuchdir'], `nosuchdir is neither a directory nor a ${file.source}; nothing was changed.`],
        [['main.py'], `main.py is neither a directory nor a ${file.source}; nothing was changed.`],
        [['app.yaml'], `app.yaml is not a ${file.source}; nothing was changed.`],
        [[], `There is no ${file.source} in the current directory; nothing was changed.`],
        [['.', '.'], `${name} does not expect .`],
      ] as const) {
        if (command === 'vacuum_indexes' && argv.length === 0) continue;
        const { code, stdout, stderr } = await terminal.run(command, ...argv);
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
        expect(stderr).toMatch(new RegExp(`^Error: ${message}`));
        expect(stderr).toContain('\nHint:  ');
      }
    },
  );

  it('a file that is named and is not there is a mistake too', async () => {
    const terminal = openTerminal();
    const { code, stderr } = await terminal.run('update_cron', 'conf/cron.yaml');
    expect(code).toBe(1);
    expect(stderr).toContain('conf/cron.yaml does not exist.');
  });
});

describe('vacuum-indexes', () => {
  /** Answers one after the other; what will not do is asked again, as at a terminal. */
  function answering(...answers: readonly string[]): Asker & { readonly asked: string[] } {
    const asked: string[] = [];
    const left = [...answers];
    const unexpected = () => Promise.reject(new Error('an unexpected kind of question'));
    return {
      asked,
      text: async ({ message, defaultAnswer, problemOf }) => {
        for (;;) {
          asked.push(message);
          const answer = left.shift() ?? defaultAnswer;
          if (problemOf(answer) === undefined) return answer;
        }
      },
      secret: unexpected,
      choose: unexpected,
      chooseSeveral: unexpected,
      confirm: unexpected,
    };
  }

  async function withIndexes(asker: Asker | undefined, kinds: readonly string[]): Promise<Terminal> {
    const terminal = openTerminal(asker === undefined ? {} : { answer: true, asker });
    await deploySample(terminal);
    terminal.write('index.yaml', `indexes:\n${kinds.map(index).join('')}`);
    await terminal.run('update_indexes', '.', '-q');
    return terminal;
  }

  const kindsOf = async (terminal: Terminal) =>
    (await terminal.backend.describe('simple-sample'))?.settings.indexes.map(({ kind }) => kind);

  it('asks for each index that is really unused; unclear answers are asked for again', async () => {
    const asker = answering('maybe', 'n', 'y');
    const terminal = await withIndexes(asker, ['Kept', 'Old', 'Old2']);
    terminal.write('index.yaml', 'indexes:\n- kind: Kept\n  properties:\n  - {name: a, direction: asc}\n  - name: b\n');
    const { code, stdout } = await terminal.run('vacuum_indexes', '.');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Done: 1 index deleted.\n' });
    expect(asker.asked).toEqual([
      'index.yaml no longer names the index Old (a asc, b asc). Delete it? (N/y/a)',
      'index.yaml no longer names the index Old (a asc, b asc). Delete it? (N/y/a)',
      'index.yaml no longer names the index Old2 (a asc, b asc). Delete it? (N/y/a)',
    ]);
    expect(await kindsOf(terminal)).toEqual(['Kept', 'Old']);
  });

  it('takes "a" for this one and all that follow, and an empty answer for no', async () => {
    const asker = answering('', ' A ');
    const terminal = await withIndexes(asker, ['One', 'Two', 'Three']);
    terminal.write('index.yaml', 'indexes: []\n');
    expect((await terminal.run('vacuum_indexes')).stdout).toBe('Done: 2 indexes deleted.\n');
    expect(asker.asked).toHaveLength(2);
    expect(await kindsOf(terminal)).toEqual(['One']);
  });

  it.each(['--force', '-f', '--yes'])('%s deletes without asking', async (flag) => {
    const terminal = await withIndexes(answering(), ['Kept', 'Old']);
    terminal.write('index.yaml', `indexes:\n${index('Kept')}`);
    expect((await terminal.run('vacuum_indexes', '.', flag, '--dry-run')).stdout).toContain('indexes: delete Old (');
    expect((await terminal.run('vacuum_indexes', '.', flag)).stdout).toBe('Done: 1 index deleted.\n');
    expect(await kindsOf(terminal)).toEqual(['Kept']);
  });

  it('deletes nothing where nobody can be asked, and says how', async () => {
    const terminal = await withIndexes(undefined, ['Kept', 'Old']);
    terminal.write('index.yaml', `indexes:\n${index('Kept')}`);
    const { code, stdout } = await terminal.run('vacuum_indexes', '.');
    expect(code).toBe(0);
    expect(stdout).toBe(
      'No index was deleted; --force deletes those that index.yaml does not name:\n  Old (a asc, b asc)\n',
    );
    expect(await kindsOf(terminal)).toEqual(['Kept', 'Old']);
  });

  it('asks for all without an index.yaml, but never takes all of them with --force then', async () => {
    const asker = answering('n', 'y');
    const terminal = await withIndexes(asker, ['One', 'Two']);
    mkdirSync(join(terminal.directory, 'empty'));
    const { stderr } = await terminal.run('vacuum_indexes', 'empty', '-A', 'simple-sample');
    expect(stderr).toContain('Warning: There is no index.yaml in empty, so every index counts as unused.');
    expect(await kindsOf(terminal)).toEqual(['One']);
    const forced = await terminal.run('vacuum_indexes', 'empty', '-A', 'simple-sample', '--force');
    expect(forced.code).toBe(2);
    expect(forced.stderr).toContain('There is no index.yaml in empty; nothing was changed.');
    expect(await kindsOf(terminal)).toEqual(['One']);
  });

  it('says when there is nothing to do', async () => {
    const terminal = await withIndexes(answering(), ['Kept']);
    expect((await terminal.run('vacuum_indexes', '.', '--force')).stdout).toBe(
      'There are no indexes that index.yaml does not name.\n',
    );
  });
});
