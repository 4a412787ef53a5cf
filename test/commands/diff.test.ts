import { describe, expect, it } from 'vitest';
import { diffReleases } from '../../src/operate/diff-releases.ts';
import { deploySample, openTerminal } from './terminal.ts';

const app = ['-A', 'simple-sample'];

describe('diff', () => {
  it('compares two releases of a backend that keeps them whole', async () => {
    const terminal = openTerminal();
    await deploySample(terminal);
    expect((await terminal.run('diff', 'r1', ...app)).stdout).toBe(
      'simple-sample: no difference between r1 and live.\n',
    );
    terminal.write('notes.txt', 'what is new');
    expect(await terminal.run('update', 'app.yaml')).toMatchObject({ code: 0 });
    const changed = await terminal.run('diff', 'r1', 'r2', ...app, '--name-only');
    expect([changed.code, changed.stdout.trim()]).toEqual([0, 'default:uno/notes.txt']);
    expect((await terminal.run('diff', 'r2', 'r1', ...app)).stdout).toContain('notes.txt');
    expect(await terminal.run('diff', 'r99', ...app)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('r99'),
    });
  });

  it('says of a backend that keeps no former releases that it can not, and which can', async () => {
    const { backend, clock } = openTerminal();
    const { read: _, ...releases } = backend.releases;
    const context = {
      ...{ backend: { ...backend, name: 'other', releases }, clock, signal: new AbortController().signal },
    };
    const asked = diffReleases(context as never, { application: 'simple-sample', before: 'r1' });
    await expect(asked).rejects.toThrow("The other backend can't do this (diff).");
  });
});
