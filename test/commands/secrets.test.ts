/** `secret set`, `secret unset`, `secret list`: where values come from, and that none is ever shown. */
import { describe, expect, it } from 'vitest';
import type { Asker } from '../../src/support/questions.ts';
import { deploySample, openTerminal } from './terminal.ts';

const planted = 'planted-5ecre7';

const names = async (terminal: ReturnType<typeof openTerminal>) =>
  (await terminal.backend.secrets.list('simple-sample')).map(({ name, version }) => `${name} ${version}`);

describe('secrets', () => {
  it('are read from standard input, deployed anew with, and listed without their values', async () => {
    const terminal = openTerminal({ input: `${planted}\n` });
    await deploySample(terminal);
    const set = await terminal.run('secret', 'set', 'TOKEN', '-A', 'simple-sample');
    expect(set).toMatchObject({ code: 0 });
    expect(set.stdout + set.stderr).toContain('TOKEN set.');
    const list = await terminal.run('secret', 'list', '-A', 'simple-sample');
    expect(list.stdout).toMatch(/SECRET +VERSION +SET +BY\nTOKEN +1 /);
    expect((await terminal.run('releases', '-A', 'simple-sample')).stdout).toContain('secret TOKEN');
    const unset = await terminal.run('secret', 'unset', 'TOKEN', '-A', 'simple-sample');
    expect(unset).toMatchObject({ code: 0 });
    expect(await names(terminal)).toEqual([]);
    expect(JSON.stringify([set, list, unset])).not.toContain(planted);
  });

  it('are asked for, one after the other, when a person is there', async () => {
    const asked: string[] = [];
    const asker = {
      secret: async ({ message }: { message: string }) => String(asked.push(message)),
    } as unknown as Asker;
    const terminal = openTerminal({ answer: true, asker });
    await deploySample(terminal);
    expect(await terminal.run('secret', 'set', 'A', 'B', '-A', 'simple-sample', '--staged')).toMatchObject({ code: 0 });
    expect(asked).toEqual(['Value of A', 'Value of B']);
    expect(await names(terminal)).toEqual(['A 1', 'B 1']);
  });

  it('come from files too, and before the first deploy', async () => {
    const terminal = openTerminal();
    terminal.write('many.env', `A=${planted}\nB="two words"\n`);
    terminal.write('one.txt', planted);
    expect(await terminal.run('secret', 'set', '--env-file', 'many.env', '-A', 'simple-sample')).toMatchObject({
      code: 0,
    });
    expect(await terminal.run('secret', 'set', 'C', '--file', 'one.txt', '-A', 'simple-sample')).toMatchObject({
      code: 0,
    });
    expect(await names(terminal)).toEqual(['A 1', 'B 1', 'C 1']);
  });

  it('are only planned with --dry-run', async () => {
    const terminal = openTerminal({ input: planted });
    await deploySample(terminal);
    const { stdout } = await terminal.run('secret', 'set', 'TOKEN', '-A', 'simple-sample', '--dry-run');
    expect(stdout).toContain('add the secret TOKEN');
    expect(stdout).not.toContain(planted);
    expect(await names(terminal)).toEqual([]);
  });

  it.each([
    [['set', `TOKEN=${planted}`], 'The value of TOKEN is on the command line'],
    [['set', 'TOKEN'], 'The value of TOKEN is empty; nothing was changed.'],
    [['set', 'A', 'B'], 'several names'],
    [['set'], 'needs the name of a secret'],
    [['set', '1X', '--file', 'value'], 'The secret 1X must be letters'],
    [['set', 'PORT', '--file', 'value'], 'The secret PORT is set by the platform.'],
    [['set', 'X', '--file', 'nowhere'], "nowhere, can't be read"],
    [['unset', 'X'], 'has no secret X.'],
  ])('%j is refused', async (argv, message) => {
    const terminal = openTerminal();
    await deploySample(terminal);
    terminal.write('value', planted);
    const { code, stderr, stdout } = await terminal.run('secret', ...argv, '-A', 'simple-sample');
    expect(code).toBeGreaterThan(0);
    expect(stderr).toContain(message);
    expect(stdout + stderr).not.toContain(planted);
    expect(await names(terminal)).toEqual([]);
  });
});
