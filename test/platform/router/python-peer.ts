/** Programs in Python at the other end of a WebSocket. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** Where the operating system's own packages are. */
const python = '/usr/bin/python3';

export function lacksLibrary(library: string): boolean {
  return spawnSync(python, ['-c', `import ${library}`]).status !== 0;
}

export function startPeer(script: string, ...args: readonly string[]): ChildProcess {
  const child = spawn(python, [`test/fixtures/websockets/${script}`, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

export async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('it has no output');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('it ended without a word');
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
