/** Tries the kernel's rules on a program of our own: what is not tried is not claimed. */
import { mkdirSync, rmdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../../support/clock.ts';
import type { RunCommand } from '../runtimes/runtime.ts';

export interface RuleTrial {
  readonly clock: Clock;
  readonly run: RunCommand;
  /** Where the groups of instances are made. */
  readonly parent: string;
  readonly apiPort: number;
  /** Makes the rules hold for a group. */
  readonly admit: (group: string) => Promise<void>;
}

const REMOVALS = 50;
const REMOVAL_MS = 20;
const PROGRAM = `
const { connect } = require('node:net');
for (const port of process.argv.slice(1)) {
  connect(Number(port), '127.0.0.1')
    .on('connect', function () { console.log(port + ' open'); this.destroy(); })
    .on('error', () => console.log(port + ' closed'));
}`;

/** @throws Error when what must be closed is open, or the reverse */
export async function tryRules({ clock, run, parent, apiPort, admit }: RuleTrial): Promise<void> {
  const group = join(parent, `trial-${process.pid}`);
  const server = createServer((socket) => socket.destroy());
  server.unref();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  mkdirSync(group);
  try {
    await admit(group);
    const seen = await runIn(run, group, [port, apiPort]);
    if (!seen.includes(`${port} closed`)) throw new Error('a forbidden connection was not refused');
    if (!seen.includes(`${apiPort} open`)) throw new Error("the platform's own API server is not reached");
  } finally {
    server.close();
    await remove(group, clock);
  }
}

async function runIn(run: RunCommand, group: string, ports: readonly number[]): Promise<readonly string[]> {
  const lines: string[] = [];
  await run({
    command: '/bin/sh',
    args: [
      '-c',
      'echo $$ >"$0" && exec "$@"',
      join(group, 'cgroup.procs'),
      process.execPath,
      '-e',
      PROGRAM,
      ...ports.map(String),
    ],
    cwd: '/',
    environment: { PATH: '/usr/bin:/bin' },
    onOutput: (line) => lines.push(line),
    timeoutMs: 20_000,
  });
  return lines;
}

/** What ran in it is gone, but for the kernel's own accounts of it. */
async function remove(group: string, clock: Clock): Promise<void> {
  for (let attempt = 0; attempt < REMOVALS; attempt += 1) {
    try {
      rmdirSync(group);
      return;
    } catch {
      await clock.sleep(REMOVAL_MS);
    }
  }
}
