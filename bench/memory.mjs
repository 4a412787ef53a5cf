/** What the tool has in memory at most while it packages: two gigabytes in large files, against an empty Node program. */
import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { note, row, run, withPeakMemory } from './measure.mjs';

const MEBIBYTE = 2 ** 20;

export async function benchMemory({ root, home, scratch }) {
  if (process.platform !== 'linux') {
    note('memory rows: skipped, they are read from /proc');
    return;
  }
  const tree = join(scratch, 'large');
  mkdirSync(join(tree, 'site'), { recursive: true });
  writeFileSync(
    join(tree, 'app.yaml'),
    'application: large\nversion: one\nruntime: python27\nthreadsafe: true\nhandlers:\n- url: /\n  static_dir: site\n',
  );
  // Holes: they take no room on the disk, and are read and hashed like everything else.
  for (let file = 0; file < 4; file += 1) {
    const descriptor = openSync(join(tree, 'site', `${file}.bin`), 'w');
    ftruncateSync(descriptor, 500 * MEBIBYTE + file);
    closeSync(descriptor);
  }
  const bin = join(root, 'bin', 'run.js');
  const options = {
    env: { ...process.env, APPCFG_HOME: home, APPCFG_PORT: '0', APPCFG_CONTROL_PORT: '0', NODE_EXTRA_CA_CERTS: '' },
  };
  await run(process.execPath, [bin, 'platform', 'start'], options);
  try {
    const floor = await withPeakMemory(process.execPath, ['-e', 'setTimeout(() => {}, 200)'], options);
    const packed = await withPeakMemory(process.execPath, [bin, 'update', tree, '--dry-run', '--quiet'], options);
    row('peak memory, packaging 2 GB', 'node -e 0', packed.peakBytes / MEBIBYTE, floor.peakBytes / MEBIBYTE, 'MiB');
    note(`packaging 2 GB took ${(packed.ms / 1000).toFixed(1)} s`);
  } finally {
    await run(process.execPath, [bin, 'platform', 'stop'], options);
  }
}
