import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Home, newHome } from './program.ts';
import { openPseudoTerminal } from './pseudo-terminal.ts';

/** Static files only: nothing has to be started. */
function writeSite(home: Home, text: string): void {
  mkdirSync(join(home.directory, 'site', 'www'), { recursive: true });
  writeFileSync(join(home.directory, 'site', 'www', 'index.html'), text);
  writeFileSync(
    join(home.directory, 'site', 'app.yaml'),
    'application: site\nversion: uno\nruntime: static\nhandlers:\n- url: /\n  static_files: www/index.html\n  upload: www/.*\n',
  );
}

describe('a saved plan on the platform', () => {
  it('is carried out exactly, refused when the state moved, and what moved is shown with who and when', async () => {
    const home = newHome();
    writeSite(home, 'one');
    const planned = await home.json('update', 'site/app.yaml', '--plan-out', 'first.appcfg-plan');
    expect(planned).toMatchObject({ outcome: 'planned' });
    expect((await home.run('status')).stdout).toContain('Nothing is deployed yet');
    expect(await home.json('apply', 'first.appcfg-plan')).toMatchObject({ outcome: 'live', release: 'r1' });

    writeSite(home, 'two');
    await home.json('update', 'site/app.yaml', '-V', 'dos', '--plan-out', 'second.appcfg-plan');
    await home.json('update', 'site/app.yaml', '-V', 'tres', '--promote');
    const { code, stderr } = await home.run('apply', 'second.appcfg-plan');
    expect(code).toBe(1);
    expect(stderr).toContain('default:tres was added');
    expect(stderr).toContain('release r2 is live (was r1)');
    expect(stderr).toMatch(/release by tester at \S+ \(operation \S+\)/);
    expect((await home.json<{ releases: unknown[] }>('releases', '-A', 'site')).releases).toHaveLength(2);
  });

  it('is shown and carried out on a terminal, beside locks and drift', async () => {
    const home = newHome();
    writeSite(home, 'one');
    const saving = openPseudoTerminal(['update', 'site/app.yaml', '--plan-out', 'site.appcfg-plan'], home);
    await saving.sees('Plan for application site');
    await saving.sees('appcfg apply');
    expect(await saving.exitCode).toBe(0);
    expect(readFileSync(join(home.directory, 'site.appcfg-plan'), 'utf8')).toContain('"format": 1');
    const applying = openPseudoTerminal(['apply', 'site.appcfg-plan'], home);
    await applying.sees('Application site is live');
    expect(await applying.exitCode).toBe(0);

    const { lock } = await home.json<{ lock: { id: string } }>(
      'lock',
      'acquire',
      '-A',
      'site',
      '-m',
      'lunch',
      '--for',
      '1h',
    );
    writeSite(home, 'two');
    expect((await home.run('status', 'site/app.yaml', '--exit-code')).code).toBe(1);
    expect((await home.run('update', 'site/app.yaml')).stderr).toContain('Application site is locked by tester');
    const releasing = openPseudoTerminal(['lock', 'release', '-A', 'site'], home);
    await releasing.sees('lunch. Release it?');
    releasing.type('y\r');
    expect(await releasing.exitCode).toBe(0);
    expect(lock.id).not.toBe('');
    expect((await home.run('update', 'site/app.yaml')).code).toBe(0);
    expect((await home.run('status', 'site/app.yaml', '--exit-code')).code).toBe(0);
  });
});
