/** Runs in a network namespace of its own, made by the test: loads the rules, and tries what restricted and free programs reach. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { parseAllowRules } from '../../../src/platform/egress/allow-rules.ts';
import { createEgressPolicy } from '../../../src/platform/egress/egress-policy.ts';
import { parseRange } from '../../../src/platform/egress/ip-address.ts';
import { KernelEgress } from '../../../src/platform/egress/kernel-egress.ts';
import { createRunCommand } from '../../../src/platform/serving/process.ts';
import { systemClock } from '../../../src/support/clock.ts';
import { staticSpec } from '../../sample-spec.ts';

const addresses = [
  '203.0.113.10',
  '203.0.113.99',
  '10.9.9.9',
  '192.168.77.7',
  '8.8.8.8',
  '142.250.1.1',
  '2001:db8::10',
  'fd00::7',
];
const ports = [25, 53, 80, 587, 5432];
const API_PORT = 10080;
const [SERVED, HIDDEN] = [11080, 11081];

const mount = existsSync('/sys/fs/cgroup/cgroup.controllers') ? '/sys/fs/cgroup' : '/sys/fs/cgroup/unified';
const parent = `${mount}/appcfg-egress-test-${process.pid}`;
const groups = { restricted: `${parent}/restricted`, free: `${parent}/free`, later: `${parent}/later` };
const children: ChildProcess[] = [];

function ip(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
}

function listenOn(port: number, host: string): Promise<void> {
  return new Promise((done, fail) => {
    const server = createServer((socket) => socket.destroy());
    server.on('error', fail);
    server.listen(port, host, done);
  });
}

/** A program in a group; what it prints, line by line. */
function inGroup(group: string, program: string, args: readonly string[]): ChildProcess {
  const command = [
    '-c',
    'echo $$ >"$0" && exec "$@"',
    `${group}/cgroup.procs`,
    process.execPath,
    '-e',
    program,
    ...args,
  ];
  const child = spawn('/bin/sh', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

async function linesOf(child: ChildProcess): Promise<readonly string[]> {
  const lines: string[] = [];
  if (child.stdout) for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  return lines;
}

const tryAll = `
const { connect } = require('node:net');
for (const target of process.argv.slice(1)) {
  const [host, port] = target.split(' ');
  const socket = connect({ host, port: Number(port), timeout: 5000 });
  const say = (what) => { console.log(target + ' ' + what); socket.destroy(); };
  socket.once('connect', () => say('open')).once('error', () => say('refused')).once('timeout', () => say('lost'));
}`;

const serve = `
const { createServer } = require('node:net');
let open = 0;
for (const port of process.argv.slice(1)) createServer((s) => s.destroy()).listen(Number(port), '0.0.0.0', () => {
  open += 1;
  if (open === process.argv.length - 1) console.log('listening');
});`;

const sendDatagrams = `
const { createSocket } = require('node:dgram');
for (const host of process.argv.slice(1)) {
  const socket = createSocket('udp4');
  socket.send('x', 9, host, (error) => { console.log(host + ' ' + (error ? 'refused' : 'sent')); socket.close(); });
}`;

async function reached(group: string, targets: readonly string[]): Promise<Record<string, string>> {
  const lines = await linesOf(inGroup(group, tryAll, targets));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]),
  );
}

async function prepare(): Promise<void> {
  ip('link', 'set', 'lo', 'up');
  for (const address of addresses) {
    ip(
      'addr',
      'add',
      address.includes(':') ? `${address}/128` : `${address}/32`,
      'dev',
      'lo',
      ...(address.includes(':') ? ['nodad'] : []),
    );
  }
  for (const address of [...addresses, '127.0.0.1', '::1']) for (const port of ports) await listenOn(port, address);
  await listenOn(API_PORT, '127.0.0.1');
  mkdirSync(parent);
  for (const group of Object.values(groups)) mkdirSync(group);
}

async function main(): Promise<unknown> {
  await prepare();
  const own = parseRange('203.0.113.99');
  const ownRanges = own ? [own] : [];
  const allow = parseAllowRules({ name: 'test', text: 'shop 10.9.9.9:5432/tcp 192.168.77.7' });
  const egress = new KernelEgress({
    clock: systemClock,
    run: createRunCommand(systemClock),
    nft: '/usr/sbin/nft',
    table: 'appcfg_test',
    policy: createEgressPolicy({ allow, ownRanges }),
    ownRanges,
    apiPort: () => API_PORT,
  });
  const launch = { deployment: { application: 'shop', spec: staticSpec() }, port: SERVED, groups: [groups.restricted] };
  const release = await egress.admit(launch);
  const targets = [...addresses, '127.0.0.1', '::1'].flatMap((address) => ports.map((port) => `${address} ${port}`));
  targets.push(`127.0.0.1 ${API_PORT}`);
  const result: Record<string, unknown> = {
    restricted: await reached(groups.restricted, targets),
    free: await reached(groups.free, targets),
    datagrams: await linesOf(inGroup(groups.restricted, sendDatagrams, ['10.9.9.9', '203.0.113.10', '224.0.0.1'])),
  };
  const server = inGroup(groups.restricted, serve, [String(SERVED), String(HIDDEN)]);
  await new Promise((done) => server.stdout?.once('data', done));
  result.inward = await reached(
    groups.free,
    [SERVED, HIDDEN].flatMap((port) => [`127.0.0.1 ${port}`, `203.0.113.10 ${port}`]),
  );
  server.kill('SIGKILL');
  release();
  // Many come and go: the maps hold only those that run.
  for (let turn = 0; turn < 70; turn += 1) {
    const group = `${parent}/turn-${turn}`;
    mkdirSync(group);
    (await egress.admit({ ...launch, port: 12_000 + turn, groups: [group] }))();
    rmdirSync(group);
  }
  await egress.admit({ ...launch, groups: [groups.later] });
  result.afterMany = await reached(groups.later, ['10.9.9.9 80', '10.9.9.9 5432']);
  result.elements = (
    spawnSync('nft', ['list', 'map', 'inet', 'appcfg_test', 'outward'], { encoding: 'utf8' }).stdout.match(/jump/g) ??
    []
  ).length;
  await egress.close();
  result.afterClose = spawnSync('nft', ['list', 'tables'], { encoding: 'utf8' }).stdout.trim();
  return result;
}

async function end(): Promise<void> {
  for (const child of children) child.kill('SIGKILL');
  const running = children.filter((child) => (child.exitCode ?? child.signalCode) === null);
  await Promise.all(running.map((child) => new Promise((done) => child.once('exit', done))));
  for (const group of [...Object.values(groups), parent]) {
    for (let attempt = 0; attempt < 50 && existsSync(group); attempt += 1) {
      try {
        rmdirSync(group);
      } catch {
        await new Promise((done) => setTimeout(done, 20));
      }
    }
  }
}

let result: unknown;
try {
  result = await main();
} catch (error) {
  result = { failure: error instanceof Error ? error.stack : String(error) };
}
await end();
process.stdout.write(JSON.stringify(result), () => process.exit(0));
