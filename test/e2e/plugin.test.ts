/** The plugin of docs/backends.md, as it is printed there: packed, installed, added, used, and held to the contract. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newHome, root } from './program.ts';

/** File name -> content: a name in backquotes on a line of its own, then a fenced block. */
function printedFiles(): ReadonlyMap<string, string> {
  const page = readFileSync(join(root, 'docs/backends.md'), 'utf8');
  const blocks = page.matchAll(/^`([\w.-]+)`\n\n```\w+\n(.*?)^```$/gms);
  return new Map([...blocks].map(([, name = '', content = '']) => [name, content]));
}

const appYaml = (text: string) =>
  `application: shop\nversion: uno\nruntime: static\nhandlers:\n- url: /\n  static_dir: www\n# ${text}\n`;

describe('the plugin in docs/backends.md', () => {
  it('has less than 150 lines', () => {
    expect([...printedFiles().keys()]).toEqual(['package.json', 'backend.js', 'contract.test.mjs']);
    expect([...printedFiles().values()].join('').split('\n').length).toBeLessThan(150);
  });

  it('is packed, installed, added, and deploys, rolls back and explains', async () => {
    const folder = join(newHome().directory, 'www-root');
    const home = newHome({ APPCFG_FOLDER: folder });
    const source = join(home.directory, 'source');
    mkdirSync(source);
    for (const [name, content] of printedFiles()) writeFileSync(join(source, name), content);
    const npm = (cwd: string, ...args: string[]) => {
      const { status, stderr } = spawnSync('npm', [...args, '--offline', '--no-audit', '--no-fund'], {
        cwd,
        encoding: 'utf8',
      });
      expect(status, stderr).toBe(0);
    };
    npm(source, 'pack', '--pack-destination', home.directory);
    const installed = join(home.directory, 'installed');
    mkdirSync(installed);
    writeFileSync(join(installed, 'package.json'), '{}');
    npm(installed, 'install', join(home.directory, 'appcfg-folder-1.0.0.tgz'));

    const missing = await home.run('status', '-A', 'shop', '--backend', 'folder');
    expect(missing).toMatchObject({ code: 2 });
    const added = await home.run('plugins', 'add', join(installed, 'node_modules', 'appcfg-folder'));
    expect(added.stdout + added.stderr).toContain('Added appcfg-folder 1.0.0, with the backends: folder');
    expect((await home.run('plugins', 'list')).stdout).toMatch(/appcfg-folder +1\.0\.0 +folder/);

    const app = join(home.directory, 'app');
    mkdirSync(join(app, 'www'), { recursive: true });
    writeFileSync(join(app, 'app.yaml'), appYaml('first'));
    writeFileSync(join(app, 'www', 'index.html'), 'first');
    const published = () => readFileSync(join(folder, 'shop', 'default', 'www', 'index.html'), 'utf8');
    await home.json('update', app, '--backend', 'folder');
    expect(published()).toBe('first');
    writeFileSync(join(app, 'www', 'index.html'), 'second');
    await home.json('update', app, '--backend', 'folder');
    expect(published()).toBe('second');
    await home.json('rollback', '-A', 'shop', '--backend', 'folder');
    expect(published()).toBe('first');
    expect((await home.run('status', '-A', 'shop', '--backend', 'folder')).stdout).toContain('default');

    writeFileSync(join(app, 'app.yaml'), 'application: shop\nversion: uno\nruntime: python312\n');
    const refused = await home.run('update', app, '--backend', 'folder');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('a folder holds static files only');
    expect(published()).toBe('first');
    const logs = await home.run('logs', '-A', 'shop', '--backend', 'folder');
    expect(logs.stderr).toMatch(/folder/);
    expect(logs.code).not.toBe(0);

    await home.run('plugins', 'remove', 'appcfg-folder');
    expect(await home.run('status', '-A', 'shop', '--backend', 'folder')).toMatchObject({ code: 2 });
    expect(existsSync(join(folder, 'shop'))).toBe(true);
  });

  it('keeps the exported contract', () => {
    const { directory } = newHome();
    for (const [name, content] of printedFiles()) writeFileSync(join(directory, name), content);
    mkdirSync(join(directory, 'node_modules'));
    symlinkSync(root, join(directory, 'node_modules', 'appcfg'));
    symlinkSync(join(root, 'node_modules', 'vitest'), join(directory, 'node_modules', 'vitest'));
    const run = spawnSync(
      process.execPath,
      [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', directory],
      {
        cwd: directory,
        encoding: 'utf8',
      },
    );
    expect(run.stdout + run.stderr).toMatch(/Tests.*\d+ passed/);
    expect(run.status, run.stdout + run.stderr).toBe(0);
  });

  it('is refused with a reason when it is none', async () => {
    const home = newHome();
    const bad = join(home.directory, 'bad');
    mkdirSync(bad);
    const add = async () => (await home.run('plugins', 'add', './bad')).stderr;
    expect(await add()).toContain('There is no package ./bad');
    writeFileSync(join(bad, 'package.json'), '{"name":"bad"}');
    expect(await add()).toContain('names no module for the hook appcfg:backends');
    writeFileSync(join(bad, 'package.json'), '{"name":"bad","oclif":{"hooks":{"appcfg:backends":"../out.js"}}}');
    expect(await add()).toContain('is not inside the package');
    writeFileSync(join(bad, 'package.json'), '{"name":"bad","oclif":{"hooks":{"appcfg:backends":"./hook.js"}}}');
    writeFileSync(join(bad, 'hook.js'), 'syntax error');
    expect(await add()).toContain("The plugin bad can't be used: ./hook.js:");
  });
});
