/** WebSockets through the router: messages a second and their processor time, and what 10,000 idle ones cost; against nginx and two piped sockets. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from './free-port.mjs';
import { median, note, row, run } from './measure.mjs';

const talkers = 64;
const seconds = 3;
const rounds = 3;
const wishedIdle = 10_000;

/** A masked text frame of 32 bytes, which the upstream sends back as it is. */
const frame = Buffer.concat([Buffer.from([0x81, 0x80 | 32, 1, 2, 3, 4]), Buffer.alloc(32, 'm')]);

export async function benchWebSocket({ root, home, scratch }) {
  const app = join(scratch, 'websocket-app');
  writeApplication(app);
  const bin = join(root, 'bin', 'run.js');
  const options = {
    env: { ...process.env, APPCFG_HOME: home, APPCFG_PORT: '0', APPCFG_CONTROL_PORT: '0', NODE_EXTRA_CA_CERTS: '' },
  };
  const children = [];
  try {
    const report = JSON.parse((await run(process.execPath, [bin, 'update', app, '--json'], options)).text);
    const { port, host } = new URL(report.url);
    const daemon = JSON.parse(readFileSync(join(home, 'state', 'platform.json'), 'utf8'));
    // The instance itself, for all: one that the platform isolates is slower than a program that nobody holds.
    const upstream = await portOfInstance(Number(port), host);
    const nginx = await startNginx(scratch, upstream);
    const pipe = await startPipe(upstream);
    children.push(pipe.child, ...(nginx ? [nginx.child] : []));
    const targets = {
      router: { port: Number(port), host, pids: () => [daemon.pid] },
      direct: { port: upstream, host: 'direct', pids: () => [] },
      pipe: { port: pipe.port, host: 'pipe', pids: () => [pipe.child.pid] },
      ...(nginx ? { nginx: { port: nginx.port, host: 'nginx', pids: () => childrenOf(nginx.child.pid) } } : {}),
    };
    await benchMessages(targets);
    await benchIdle(targets);
    if (!nginx) note('nginx rows: skipped, there is no nginx here');
  } finally {
    for (const child of children) child.kill();
    await run(process.execPath, [bin, 'platform', 'stop'], options);
  }
}

function portOfInstance(port, host) {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, headers: { Host: host }, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(Number(text)));
    }).once('error', reject);
  });
}

async function benchMessages(targets) {
  const samples = Object.fromEntries(Object.keys(targets).map((name) => [name, { rates: [], costs: [] }]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, target] of Object.entries(targets)) {
      const { rate, microseconds } = await talk(target);
      if (round === 0) continue;
      samples[name].rates.push(rate);
      samples[name].costs.push(microseconds);
    }
  }
  const what = 'WebSocket messages/s, 64 connections';
  const peers = { direct: 'no proxy', pipe: 'two piped sockets of Node', nginx: 'nginx, same instance' };
  const medians = (name) => ({ rate: median(samples[name].rates), cost: median(samples[name].costs) });
  const router = medians('router');
  for (const name of Object.keys(targets).filter((target) => target !== 'router')) {
    const { rate, cost } = medians(name);
    row(what, peers[name], router.rate, rate, 'msg/s');
    // Other programs of this machine slow the messages down, and hardly what each of them costs.
    if (name !== 'direct') row('processor time of a message', peers[name], router.cost, cost, 'microseconds');
  }
}

/** Each connection has one message on its way at a time. */
async function talk(target) {
  let echoed = 0;
  let isOver = false;
  const sockets = await Promise.all(Array.from({ length: talkers }, () => open(target)));
  const begin = performance.now();
  const busyBefore = busyMs(target.pids());
  for (const socket of sockets) {
    let missing = frame.length;
    socket.on('data', (chunk) => {
      missing -= chunk.length;
      while (missing <= 0) {
        missing += frame.length;
        echoed += 1;
        if (!isOver) socket.write(frame);
      }
    });
    socket.write(frame);
  }
  await pause(seconds * 1000);
  isOver = true;
  const rate = (echoed * 1000) / (performance.now() - begin);
  const microseconds = ((busyMs(target.pids()) - busyBefore) * 1000) / echoed;
  for (const socket of sockets) socket.destroy();
  return { rate, microseconds };
}

/** Every connection takes two descriptors of whoever stands in between. */
async function benchIdle(targets) {
  const limit = Number(spawnSync('/bin/sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).stdout) || 1024;
  const count = Math.min(wishedIdle, Math.floor((limit - 300) / 2));
  if (count < wishedIdle) note(`idle WebSockets: ${count}, because a process may have ${limit} files open here`);
  const bytes = {};
  for (const [name, target] of Object.entries(targets)) {
    if (name === 'direct' || name === 'pipe') continue;
    const before = resident(target.pids());
    const begin = performance.now();
    const sockets = [];
    while (sockets.length < count) {
      const batch = Math.min(200, count - sockets.length);
      sockets.push(...(await Promise.all(Array.from({ length: batch }, () => open(target)))));
    }
    const ms = performance.now() - begin;
    await pause(1000);
    const alive = sockets.filter((socket) => !socket.destroyed).length;
    bytes[name] = (resident(target.pids()) - before) / count;
    note(`idle WebSockets through ${name}: ${alive} of ${count} open after ${(ms / 1000).toFixed(1)} s`);
    if (alive !== count) throw new Error(`${name} lost ${count - alive} connections`);
    for (const socket of sockets) socket.destroy();
    await pause(2000);
  }
  if (bytes.nginx) row('memory per idle WebSocket', 'nginx', bytes.router / 1024, bytes.nginx / 1024, 'KiB');
  else note(`memory per idle WebSocket: ${(bytes.router / 1024).toFixed(1)} KiB`);
}

function open({ port, host }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('data', (chunk) => {
      socket.off('error', reject);
      socket.on('error', () => {});
      if (String(chunk).startsWith('HTTP/1.1 101')) resolve(socket);
      else reject(new Error(`no upgrade: ${String(chunk).slice(0, 200)}`));
    });
    socket.write(
      `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
  });
}

/** Bytes in memory. */
function resident(pids) {
  return pids.reduce((sum, pid) => {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return sum + Number(kilobytes ?? 0) * 1024;
  }, 0);
}

/** Processor time so far. */
function busyMs(pids) {
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) * 10;
  }, 0);
}

function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).map(Number);
}

function writeApplication(directory) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'app.yaml'),
    'application: bench-websocket\nversion: one\nruntime: nodejs20\nentrypoint: node server.js\nmanual_scaling:\n  instances: 1\n',
  );
  writeFileSync(
    join(directory, 'server.js'),
    `const { createServer } = require('node:http');
const server = createServer((request, response) => response.end(process.env.PORT));
server.on('upgrade', (request, socket) => {
  socket.on('error', () => {});
  socket.setNoDelay(true);
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\n');
  socket.pipe(socket);
});
server.listen(Number(process.env.PORT), '127.0.0.1');
`,
  );
}

/** The least that a proxy written for Node does. */
async function startPipe(upstream) {
  const port = await freePort();
  const program = `
const { connect, createServer } = require('node:net');
createServer({ noDelay: true }, (client) => {
  const instance = connect({ port: ${upstream}, host: '127.0.0.1', noDelay: true });
  for (const socket of [client, instance]) socket.on('error', () => {});
  client.pipe(instance).pipe(client);
}).listen(${port}, '127.0.0.1', 4096);`;
  const child = spawn(process.execPath, ['-e', program], { stdio: 'ignore' });
  await listening(port);
  return { port, child };
}

async function startNginx(scratch, upstream) {
  if (spawnSync('nginx', ['-v']).error) return undefined;
  const port = await freePort();
  const folder = join(scratch, 'nginx-websocket');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  writeFileSync(
    file,
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;\nevents { worker_connections 32000; }\nhttp { access_log off; ${temporary.join(' ')}\n server { listen 127.0.0.1:${port} backlog=4096; location / { proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "Upgrade"; proxy_read_timeout 3600s; proxy_pass http://127.0.0.1:${upstream}; } } }\n`,
  );
  const child = spawn('nginx', ['-c', file, '-p', folder], { stdio: 'ignore' });
  await listening(port);
  return { port, child };
}

async function listening(port) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const isUp = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.end());
    });
    if (isUp) return;
    await pause(25);
  }
  throw new Error(`nothing listens on ${port}`);
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
