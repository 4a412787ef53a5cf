import { describe, expect, it } from 'vitest';
import { deploySample, openTerminal } from './terminal.ts';

async function twoReleases() {
  const terminal = openTerminal();
  await deploySample(terminal);
  terminal.write('main.py', 'changed');
  expect((await terminal.run('update', 'app.yaml')).code).toBe(0);
  return terminal;
}

describe('a pinned release', () => {
  it('is shown with its reason, in the table and in JSON, until it is unpinned', async () => {
    const terminal = await twoReleases();
    expect((await terminal.run('releases')).stdout).not.toContain('PINNED');
    const pinned = await terminal.run('releases', 'pin', 'r1', '--reason', 'seen by auditors');
    expect(pinned.code, pinned.stderr).toBe(0);
    expect(pinned.stdout).toBe('Release r1 is pinned: it is kept until appcfg releases unpin r1\n');
    expect((await terminal.run('releases')).stdout).toMatch(/PINNED(.|\n)*r1 .*seen by auditors/);
    const { releases } = await terminal.json<{ releases: { id: string; pin?: object }[] }>('releases');
    expect(releases.map(({ id, pin }) => [id, pin])).toEqual([
      ['r2', undefined],
      ['r1', { at: expect.any(String), by: 'ann', reason: 'seen by auditors' }],
    ]);
    expect((await terminal.run('releases', 'unpin', 'r1')).stdout).toBe('Release r1 is no longer pinned.\n');
    expect((await terminal.run('releases')).stdout).not.toContain('PINNED');
  });

  it('says when nothing was to be done, and changes nothing in a dry run', async () => {
    const terminal = await twoReleases();
    expect((await terminal.run('releases', 'unpin', 'r1')).stdout).toBe('Release r1 is not pinned.\n');
    expect((await terminal.run('releases', 'pin', 'r1', '--dry-run')).stdout).toBe('Release r1 would be pinned.\n');
    expect(await terminal.json('releases', 'pin', 'r1')).toMatchObject({ isChanged: true, release: { id: 'r1' } });
    expect(await terminal.json('releases', 'pin', 'r1')).toMatchObject({ isChanged: false });
    const missing = await terminal.run('releases', 'pin', 'r9');
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('r9');
  });

  it('keeps its versions from being deleted, in a dry run too, and says what to do', async () => {
    const terminal = await twoReleases();
    await terminal.run('releases', 'pin', 'r1');
    for (const more of [[], ['--dry-run']]) {
      const refused = await terminal.run('delete-version', '-M', 'my-module', '-V', 'uno', ...more);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/needed by release r1 of application simple-sample, pinned/);
      expect(refused.stderr).toContain('appcfg releases unpin r1 -A simple-sample');
    }
    await terminal.run('releases', 'unpin', 'r1');
    const deleted = await terminal.run('delete-version', '-M', 'my-module', '-V', 'uno');
    expect(deleted.code, deleted.stderr).toBe(0);
  });
});
