/**
 * A flame graph of the router under load: `node bench/flame.mjs [docs/router-flame.svg]`.
 * Runs the platform under V8's sampling profiler, loads it, and draws what was sampled while it was loaded.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flameGraph } from './flame-graph.mjs';
import { load } from './load.mjs';
import { note, run } from './measure.mjs';
import { writeApplication } from './router.mjs';

const seconds = 6;
const root = join(import.meta.dirname, '..');
const [output = join(root, 'docs', 'router-flame.svg')] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'appcfg-flame-'));
const profiles = join(scratch, 'profiles');
mkdirSync(profiles);
const env = { ...process.env, APPCFG_HOME: join(scratch, 'home'), APPCFG_PORT: '0', APPCFG_CONTROL_PORT: '0' };
delete env.NODE_EXTRA_CA_CERTS;
const bin = join(root, 'bin', 'run.js');
const profiler = ['--cpu-prof', `--cpu-prof-dir=${profiles}`, '--cpu-prof-interval=500'];
const platform = spawn(process.execPath, [...profiler, bin, 'platform', 'run'], { env, stdio: 'ignore' });
try {
  const app = join(scratch, 'app');
  writeApplication(app);
  const file = join(scratch, 'home', 'state', 'platform.json');
  while (!exists(file)) await new Promise((resolve) => setTimeout(resolve, 100));
  const report = JSON.parse((await run(process.execPath, [bin, 'update', app, '--json'], { env })).text);
  const { port, host } = new URL(report.url);
  await load({ port, host, connections: 64, seconds: 2 });
  const { rps } = await load({ port, host, connections: 64, seconds });
  // Samples are counted back from the end: the load ends about here.
  const ended = performance.now();
  const exited = new Promise((resolve) => platform.once('exit', resolve));
  platform.kill('SIGINT');
  await exited;
  const stoppedMs = performance.now() - ended;
  const largest = readdirSync(profiles)
    .map((name) => join(profiles, name))
    .sort((a, b) => statSync(b).size - statSync(a).size)[0];
  const profile = JSON.parse(readFileSync(largest, 'utf8'));
  const title = `The router, 64 connections, ${Math.round(rps)} requests/s under the profiler, node ${process.version}`;
  const window = { beforeEndMs: stoppedMs + seconds * 1000 - 500, untilEndMs: stoppedMs + 500 };
  const { svg, shares } = flameGraph(profile, { title, ...window });
  writeFileSync(output, svg);
  for (const [name, share] of shares) note(`${(share * 100).toFixed(1).padStart(5)} %  ${name}`);
} finally {
  if (platform.exitCode === null) platform.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
}

function exists(file) {
  try {
    return statSync(file).size > 0;
  } catch {
    return false;
  }
}
