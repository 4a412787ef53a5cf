/** Requests through the router against the bare instance, and against nginx where it is installed. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.mjs';
import { load } from './load.mjs';
import { median, note, row, run } from './measure.mjs';

const connections = 64;
const seconds = 3;
const rounds = 3;

export async function benchRouter({ root, home, scratch }) {
  const app = join(scratch, 'node-app');
  writeApplication(app);
  const bin = join(root, 'bin', 'run.js');
  const options = {
    env: { ...process.env, APPCFG_HOME: home, APPCFG_PORT: '0', APPCFG_CONTROL_PORT: '0', NODE_EXTRA_CA_CERTS: '' },
  };
  const bare = await startBare(app);
  const nginx = await startNginx(scratch, bare.port);
  try {
    const report = JSON.parse((await run(process.execPath, [bin, 'update', app, '--json'], options)).text);
    const { port, host } = new URL(report.url);
    const daemon = JSON.parse(readFileSync(join(home, 'state', 'platform.json'), 'utf8'));
    const targets = {
      router: { port, host, pids: [daemon.pid] },
      bare: { port: bare.port, host: 'bare', pids: [bare.child.pid] },
    };
    if (nginx) targets.nginx = { port: nginx.port, host: 'nginx', pids: childrenOf(nginx.child.pid) };
    const results = await measure(targets);
    row('router requests/s, 64 connections', 'bare instance', results.router.rps, results.bare.rps, 'req/s');
    row('router p99, 64 connections', 'bare instance', results.router.p99, results.bare.p99);
    if (results.nginx) {
      row('router requests/s, 64 connections', 'nginx, same upstream', results.router.rps, results.nginx.rps, 'req/s');
      row('router p99, 64 connections', 'nginx, same upstream', results.router.p99, results.nginx.p99);
      row('router CPU a request', 'nginx, same upstream', results.router.cpu, results.nginx.cpu, 'us');
    } else note('nginx rows: skipped, there is no nginx here');
  } finally {
    bare.child.kill();
    nginx?.child.kill();
    await run(process.execPath, [bin, 'platform', 'stop'], options);
  }
}

async function measure(targets) {
  const samples = Object.fromEntries(Object.keys(targets).map((name) => [name, []]));
  for (const target of Object.values(targets)) await load({ ...target, connections, seconds: 1 });
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, target] of Object.entries(targets)) {
      const before = cpuMs(target.pids);
      const sample = await load({ ...target, connections, seconds });
      samples[name].push({ ...sample, cpu: ((cpuMs(target.pids) - before) * 1000) / (sample.rps * seconds) });
    }
  }
  return Object.fromEntries(
    Object.entries(samples).map(([name, list]) => [
      name,
      {
        rps: median(list.map((sample) => sample.rps)),
        p99: median(list.map((sample) => sample.p99Ms)),
        cpu: median(list.map((sample) => sample.cpu)),
      },
    ]),
  );
}

/** Milliseconds of processor that processes have used; a tick is 10 ms on Linux. */
function cpuMs(pids) {
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) * 10;
  }, 0);
}

function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).map(Number);
}

export function writeApplication(directory) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'app.yaml'),
    'application: bench-router\nversion: one\nruntime: nodejs20\nentrypoint: node server.js\nautomatic_scaling:\n  max_instances: 1\n  min_instances: 1\n  max_concurrent_requests: 100\n',
  );
  writeFileSync(
    join(directory, 'server.js'),
    "require('node:http').createServer((q, s) => s.end('hello, world\\n')).listen(Number(process.env.PORT), '127.0.0.1');\n",
  );
}

async function startBare(app) {
  const port = await freePort();
  const child = spawn(process.execPath, ['server.js'], {
    cwd: app,
    env: { PATH: process.env.PATH, PORT: String(port) },
    stdio: 'ignore',
  });
  await listening(port);
  return { port, child };
}

async function startNginx(scratch, upstream) {
  if (spawnSync('nginx', ['-v']).error) return undefined;
  const port = await freePort();
  const file = join(scratch, 'nginx.conf');
  const run = join(scratch, 'nginx');
  mkdirSync(run, { recursive: true });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${run}/${name};`,
  );
  writeFileSync(
    file,
    `daemon off; worker_processes 1; pid ${run}/pid; error_log ${run}/error.log;\nevents { worker_connections 1024; }\nhttp { access_log off; ${temporary.join(' ')}\n upstream app { server 127.0.0.1:${upstream}; keepalive 64; }\n server { listen 127.0.0.1:${port}; location / { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://app; } } }\n`,
  );
  const child = spawn('nginx', ['-c', file, '-p', run], { stdio: 'ignore' });
  await listening(port);
  return { port, child };
}

async function listening(port) {
  const { connect } = await import('node:net');
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const isUp = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.end());
    });
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`nothing listens on ${port}`);
}
