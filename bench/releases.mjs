/** Promotion and rollback of versions that run: against a command that only asks, and with the processes that started. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { interleave, note, row, run } from './measure.mjs';

export async function benchReleases({ root, home, scratch }) {
  const bin = join(root, 'bin', 'run.js');
  const options = {
    env: { ...process.env, APPCFG_HOME: home, APPCFG_PORT: '0', APPCFG_CONTROL_PORT: '0', NODE_EXTRA_CA_CERTS: '' },
  };
  const appcfg = (...args) => run(process.execPath, [bin, ...args], options);
  const app = join(scratch, 'releases');
  for (const version of ['one', 'two']) writeVersion(join(app, version), version);
  try {
    await appcfg('update', join(app, 'one'), '--quiet');
    await appcfg('update', join(app, 'two'), '--promote', '--quiet');
    // Two releases that differ in a static module: the versions that run are in both.
    writeStatic(join(app, 'pages'));
    await appcfg('update', join(app, 'pages'), '--quiet');
    const before = await processes(appcfg);
    const promote = (version) => appcfg('set-default-version', '-A', 'releases', '-V', version, '--quiet');
    let turn = 0;
    const medians = await interleave(
      {
        ask: () => appcfg('status', '-A', 'releases', '--json'),
        promote: () => promote(turn++ % 2 === 0 ? 'one' : 'two'),
        rollback: () => appcfg('rollback', '-A', 'releases', '--yes', '--quiet'),
      },
      7,
    );
    row('promotion of a running version', 'appcfg status', medians.promote, medians.ask);
    row('rollback to running versions', 'appcfg status', medians.rollback, medians.ask);
    const started = (await processes(appcfg)).filter((pid) => !before.includes(pid)).length;
    note(`processes started by 16 promotions and rollbacks: ${started}`);
  } finally {
    await appcfg('platform', 'stop');
  }
}

async function processes(appcfg) {
  const { text } = await appcfg('instances', 'list', '-A', 'releases', '--json');
  return [...text.matchAll(/"pid":\s*(\d+)/g)].map(([, pid]) => pid);
}

function writeStatic(directory) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'app.yaml'),
    'application: releases\nmodule: pages\nversion: one\nruntime: python27\nthreadsafe: true\nhandlers:\n- url: /\n  static_dir: .\n',
  );
}

function writeVersion(directory, version) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'app.yaml'),
    `application: releases\nversion: ${version}\nruntime: nodejs20\nentrypoint: node server.js\nmanual_scaling:\n  instances: 1\n`,
  );
  writeFileSync(
    join(directory, 'server.js'),
    `require('node:http').createServer((q, s) => s.end('${version}')).listen(process.env.PORT, '127.0.0.1');\n`,
  );
}
