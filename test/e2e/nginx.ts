/** nginx in front of a platform, with the servers that a document shows. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { eventually } from './program.ts';

const nginxPath = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find((path) => existsSync(path));
export const hasNginx = nginxPath !== undefined && spawnSync(nginxPath, ['-v']).status === 0;

export interface Nginx {
  readonly port: number;
  end(): Promise<void>;
}

/** @param servers makes the text of the servers for the port that all of them listen on */
export async function startNginx(directory: string, servers: (port: number) => string): Promise<Nginx> {
  for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'])
    mkdirSync(join(directory, name), { recursive: true });
  const file = join(directory, 'nginx.conf');
  // Between asking for a free port and listening somebody else may take it: then another one.
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const port = await freePort();
    writeFileSync(file, configuration(directory, servers(port)));
    const child = spawn(nginxPath ?? 'nginx', ['-p', directory, '-c', file, '-e', 'stderr'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    let trouble = '';
    child.stderr.on('data', (piece) => {
      trouble += String(piece);
    });
    if (await isListening(child, join(directory, 'nginx.pid'))) {
      const end = async () => {
        child.kill('SIGTERM');
        await ended;
      };
      return { port, end };
    }
    if (!trouble.includes('Address already in use')) throw new Error(`nginx did not start: ${trouble}`);
  }
  throw new Error('nginx found no free port');
}

function configuration(directory: string, servers: string): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${join(directory, name.replace('client_', ''))};`,
  );
  // One process: nothing of it is left when it is ended.
  return [
    'daemon off;',
    'master_process off;',
    `pid ${join(directory, 'nginx.pid')};`,
    'events {}',
    'http {',
    '  access_log off;',
    ...paths,
    servers,
    '}',
    '',
  ].join('\n');
}

/** The file is written when the sockets are open. */
async function isListening(child: ChildProcess, file: string): Promise<boolean> {
  await eventually('nginx listens or ends', () => existsSync(file) || child.exitCode !== null);
  return child.exitCode === null;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
