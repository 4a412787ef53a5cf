/** From a request to the first answer of an instance that has to be started for it, against the bare process. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { freePort } from './free-port.mjs';
import { interleave, note, row, run } from './measure.mjs';

const rounds = 7;
const POLL_MS = 3;

const applications = {
  node: {
    runtime: 'nodejs20',
    command: ['node', 'server.js'],
    files: {
      'server.js':
        "require('node:http').createServer((q, s) => s.end(process.execPath)).listen(Number(process.env.PORT), '127.0.0.1');\n",
    },
  },
  python: {
    runtime: 'python3',
    command: ['python3', 'server.py'],
    files: {
      'server.py':
        "import os\nimport sys\nfrom wsgiref.simple_server import make_server\n\n\ndef app(environ, start_response):\n    start_response('200 OK', [])\n    return [sys.executable.encode()]\n\n\nmake_server('127.0.0.1', int(os.environ['PORT']), app).serve_forever()\n",
    },
  },
};

export async function benchColdStart({ root, home, scratch }) {
  const bin = join(root, 'bin', 'run.js');
  const options = {
    env: { ...process.env, APPCFG_HOME: home, APPCFG_PORT: '0', APPCFG_CONTROL_PORT: '0', NODE_EXTRA_CA_CERTS: '' },
  };
  const appcfg = async (...args) => JSON.parse((await run(process.execPath, [bin, ...args, '--json'], options)).text);
  try {
    for (const [name, application] of Object.entries(applications)) {
      const directory = join(scratch, `cold-${name}`);
      writeApplication(directory, name, application);
      const { url } = await appcfg('update', directory);
      // The same one: a version manager's wrapper may stand before it on PATH.
      const { body: interpreter } = await ask(url);
      const medians = await interleave(
        {
          platform: async () => {
            await withoutInstances(appcfg, name);
            return { ms: await firstAnswer(url) };
          },
          bare: () => bareStart(directory, [interpreter, ...application.command.slice(1)]),
        },
        rounds,
      );
      row(`cold start to first answer, ${name}`, 'bare process', medians.platform, medians.bare);
    }
    const { isolation } = await appcfg('platform', 'status');
    note(`the platform's instances run at isolation level ${isolation?.level}`);
  } finally {
    await run(process.execPath, [bin, 'platform', 'stop'], options);
  }
}

function writeApplication(directory, name, { runtime, command, files }) {
  mkdirSync(directory, { recursive: true });
  const yaml = `application: cold-${name}\nversion: one\nruntime: ${runtime}\nentrypoint: ${command.join(' ')}\nautomatic_scaling:\n  max_instances: 1\n`;
  for (const [file, text] of Object.entries({ 'app.yaml': yaml, ...files })) writeFileSync(join(directory, file), text);
}

/** Ends what a former round has started. */
async function withoutInstances(appcfg, name) {
  const at = ['-A', `cold-${name}`];
  for (;;) {
    const { instances } = await appcfg('instances', 'list', ...at);
    if (instances.length === 0) return;
    for (const { id, state } of instances)
      if (state === 'ready') await appcfg('instances', 'stop', id, ...at, '-M', 'default', '-V', 'one');
  }
}

async function firstAnswer(url) {
  const begin = performance.now();
  const { status } = await ask(url);
  if (status !== 200) throw new Error(`${url} answered ${status}`);
  return performance.now() - begin;
}

async function bareStart(directory, [command, ...args]) {
  const port = await freePort();
  const begin = performance.now();
  const child = spawn(command, args, {
    cwd: directory,
    env: { PATH: process.env.PATH, PORT: String(port) },
    stdio: 'ignore',
  });
  try {
    while ((await ask(`http://127.0.0.1:${port}/`).catch(() => undefined))?.status !== 200)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    return { ms: performance.now() - begin };
  } finally {
    child.kill('SIGKILL');
  }
}

function ask(url) {
  return new Promise((resolve, reject) => {
    const { hostname, host, port } = new URL(url);
    const address = hostname.endsWith('localhost') ? '127.0.0.1' : hostname;
    const request = get({ host: address, port, path: '/', headers: { Host: host }, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.once('end', () => resolve({ status: response.statusCode, body }));
      response.once('error', reject);
    });
    request.once('error', reject);
  });
}
