/** Makes a fresh clone ready to run: installs what is missing, then builds. Needs nothing but Node and npm. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) {
  process.stdout.write('Installing what appcfg is built with ...\n');
  // Its own prepare script builds.
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
} else {
  run(process.execPath, ['build.mjs']);
}
