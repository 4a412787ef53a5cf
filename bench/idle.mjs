/** What the platform itself takes of memory while many versions are deployed and none of them runs. */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, note, row, run } from './measure.mjs';

const applications = 5;
const versionsEach = 10;
const samples = 5;
const SAMPLE_MS = 500;

export async function benchIdle({ root, home, scratch }) {
  if (process.platform !== 'linux') {
    note('idle rows: skipped, memory is read from /proc');
    return;
  }
  const bin = join(root, 'bin', 'run.js');
  const options = {
    env: { ...process.env, APPCFG_HOME: home, APPCFG_PORT: '0', APPCFG_CONTROL_PORT: '0', NODE_EXTRA_CA_CERTS: '' },
  };
  const appcfg = async (...args) => JSON.parse((await run(process.execPath, [bin, ...args, '--json'], options)).text);
  const directory = join(scratch, 'idle-app');
  writeApplication(directory);
  const bare = spawn(process.execPath, ['server.js'], { cwd: directory, env: { PORT: '0' }, stdio: 'ignore' });
  try {
    const deploy = (application, version) =>
      appcfg('update', directory, '-A', `idle-${application}`, '-V', `v${version}`);
    await deploy(0, 0);
    await untilIdle(appcfg, 1);
    const { pid } = JSON.parse(readFileSync(join(home, 'state', 'platform.json'), 'utf8'));
    const one = await memory(pid);
    for (let application = 0; application < applications; application += 1)
      for (let version = 0; version < versionsEach; version += 1) await deploy(application, version);
    await untilIdle(appcfg, applications);
    const many = await memory(pid);
    const count = applications * versionsEach;
    row(`platform memory, ${count} idle versions`, 'with one of them', many, one, 'MB');
    row(`platform memory, ${count} idle versions`, 'one bare node server', many, await memory(bare.pid), 'MB');
    row('memory an idle version', 'one bare node server', (many - one) / (count - 1), await memory(bare.pid), 'MB');
  } finally {
    bare.kill();
    await run(process.execPath, [bin, 'platform', 'stop'], options);
  }
}

function writeApplication(directory) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'app.yaml'),
    'application: idle\nversion: one\nruntime: nodejs20\nentrypoint: node server.js\ninstance_class: B1\nbasic_scaling:\n  max_instances: 1\n  idle_timeout: 1s\n',
  );
  writeFileSync(
    join(directory, 'server.js'),
    "require('node:http').createServer((q, s) => s.end('hello\\n')).listen(Number(process.env.PORT), '127.0.0.1');\n",
  );
}

/** A deploy starts an instance of each version, which is idle from then on. */
async function untilIdle(appcfg, count) {
  for (let application = 0; application < count; application += 1)
    while ((await appcfg('instances', 'list', '-A', `idle-${application}`)).instances.length > 0);
}

/** Megabytes of a process and all that descend from it: the median of some readings. */
async function memory(pid) {
  const readings = [];
  for (let index = 0; index < samples; index += 1) {
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    readings.push(descendants(pid).reduce((sum, one) => sum + residentMb(one), 0));
  }
  return median(readings);
}

function descendants(pid) {
  const parents = new Map();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const fields = read(`/proc/${name}/stat`)
      .replace(/^.*\) /s, '')
      .split(' ');
    parents.set(Number(name), Number(fields[1]));
  }
  const isOurs = (one) => one === pid || (parents.has(one) && isOurs(parents.get(one)));
  return [...parents.keys()].filter(isOurs);
}

function residentMb(pid) {
  return Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
}

/** Empty for a process that has ended meanwhile. */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
