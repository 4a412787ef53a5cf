/** How long the tool takes to start, against an empty Node program. */
import { join } from 'node:path';
import { interleave, row, run } from './measure.mjs';

export async function benchStartup({ root, home }) {
  const bin = join(root, 'bin', 'run.js');
  const options = { env: { ...process.env, APPCFG_HOME: home, NODE_EXTRA_CA_CERTS: '' } };
  const tool =
    (...args) =>
    () =>
      run(process.execPath, [bin, ...args], options);
  const medians = await interleave(
    {
      floor: () => run(process.execPath, ['-e', '0'], options),
      version: tool('--version'),
      help: tool('--help'),
      commandHelp: tool('update', '--help'),
    },
    11,
  );
  row('appcfg --version', 'node -e 0', medians.version, medians.floor);
  row('appcfg --help', 'node -e 0', medians.help, medians.floor);
  row('appcfg update --help', 'node -e 0', medians.commandHelp, medians.floor);
}
