/** Deploys of a generated tree against `rsync -a` of the same tree. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { interleave, note, row, run } from './measure.mjs';
import { changeOnePercent, generateTree } from './tree.mjs';

export async function benchDeploy({ root, home, scratch, files }) {
  if (!['/usr/bin/rsync', '/bin/rsync', '/usr/local/bin/rsync'].some((path) => existsSync(path))) {
    note('deploy rows: skipped, there is no rsync here');
    return;
  }
  const bin = join(root, 'bin', 'run.js');
  const options = {
    env: { ...process.env, APPCFG_HOME: home, APPCFG_PORT: '0', APPCFG_CONTROL_PORT: '0', NODE_EXTRA_CA_CERTS: '' },
  };
  const deploy = (tree) => run(process.execPath, [bin, 'update', tree, '--quiet'], options);
  const sync = (tree, name) => run('rsync', ['-a', '--delete', `${tree}/`, `${join(scratch, name)}/`]);
  await run(process.execPath, [bin, 'platform', 'start'], options);
  try {
    // Each first deploy is of content that the platform has never seen.
    const firsts = [];
    for (let round = 0; round < 3; round += 1) {
      const tree = join(scratch, `first-${round}`);
      generateTree(tree, files, round);
      firsts.push(tree);
    }
    mkdirSync(join(scratch, 'copies'), { recursive: true });
    const first = await interleave(
      {
        appcfg: (round) => deploy(firsts[round]),
        rsync: (round) => sync(firsts[round], `copies/first-${round}`),
      },
      2,
    );
    row(`first deploy, ${files} files`, 'rsync -a', first.appcfg, first.rsync);

    const tree = firsts[0];
    await deploy(tree);
    const same = await interleave({ appcfg: () => deploy(tree), rsync: () => sync(tree, 'copies/first-0') }, 7);
    row(`unchanged redeploy, ${files} files`, 'rsync -a', same.appcfg, same.rsync);

    const onePercent = await interleave(
      {
        appcfg: (round) => {
          changeOnePercent(tree, files, 1000 + round);
          return deploy(tree);
        },
        rsync: () => sync(tree, 'copies/first-0'),
      },
      5,
    );
    row(`1 % changed redeploy, ${files} files`, 'rsync -a', onePercent.appcfg, onePercent.rsync);
  } finally {
    await run(process.execPath, [bin, 'platform', 'stop'], options);
  }
}
