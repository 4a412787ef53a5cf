/** Sockets through a whole platform: what the operator opens, who may use them, what is counted. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UsageReport } from '../../../src/model/usage.ts';
import { createPythonInterpreters } from '../../../src/platform/runtimes/python-interpreters.ts';
import type { DaemonFile } from '../../../src/protocol/daemon-file.ts';
import { apiPlatform, type ModuleUpload } from '../apis/api-platform.ts';
import { automatic, consoleModule, manual, value } from '../apis/console.ts';
import { copyFixture, run, scriptHandler } from '../runtimes/fixture-app.ts';

const interpreters = createPythonInterpreters(process.env);
const hasPython = (await interpreters.python2(run)) !== undefined || (await interpreters.python3(run)) !== undefined;

const port = await new Promise<number>((done) => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  server.unref();
  server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port));
});

describe('sockets on the platform', () => {
  const platform = apiPlatform({ ...process.env, APPCFG_SOCKET_ALLOW: `open 127.0.0.1:${port}/tcp` });
  const python = (application: string, program: string, target?: string) =>
    platform.json<{ readonly result?: unknown; readonly errno?: number; readonly trace?: string }>(application, '/', {
      method: 'POST',
      body: program,
      headers: { 'Content-Type': 'text/plain' },
      ...(target === undefined ? {} : { target }),
    });
  const usage = async (application: string): Promise<UsageReport> => {
    const daemon: DaemonFile = JSON.parse(readFileSync(join(platform.directory, 'platform.json'), 'utf8'));
    const url = `http://127.0.0.1:${daemon.controlPort}/appcfg/v1/apps/${application}/usage`;
    return (await (await fetch(url, { headers: { Authorization: `Bearer ${daemon.token}` } })).json()) as UsageReport;
  };
  const connect = `import socket\ns = socket.create_connection(('127.0.0.1', ${port}), 10)\n`;

  it.skipIf(!hasPython)(
    'K14 K15 K28 are open to the application that the operator named, for all its instances, and counted',
    async () => {
      await platform.deploy('open', [socketModule(2)]);
      await platform.deploy('closed', [socketModule(1)]);
      expect(await python('closed', connect)).toMatchObject({ errno: 13 });

      const pickled = await python(
        'open',
        `${connect}import pickle, base64\ns.sendall(b'x' * 1000)\nresult = base64.b64encode(pickle.dumps(s, 2)).decode()`,
        '0.uno.default',
      );
      const use = `import pickle, base64\ns = pickle.loads(base64.b64decode('${pickled.result}'))\n`;
      expect(await python('closed', `${use}s.recv(1)`)).toMatchObject({ errno: 13 });
      const other = await python(
        'open',
        `${use}n = 0\nwhile n < 1000: n += len(s.recv(1000))\nresult = n`,
        '1.uno.default',
      );
      expect(other.result).toBe(1000);

      expect((await usage('open')).days).toMatchObject([
        { day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), socketBytesSent: 1000, socketBytesReceived: 1000 },
      ]);
      expect((await usage('closed')).days).toMatchObject([{ socketBytesSent: 0, socketBytesReceived: 0 }]);
    },
  );

  it.skipIf(!hasPython)('K14 are opened by a frontend, pickled into a task, and used by a backend', async () => {
    await platform.deploy('open', [
      consoleModule('default', automatic, 'tasks'),
      consoleModule('backend', manual(), 'tasks'),
    ]);
    await value(
      platform,
      'open',
      `
      from google.appengine.api import taskqueue
      import pickle, base64, socket
      s = socket.create_connection(('127.0.0.1', ${port}), 10)
      s.sendall(b'hello')
      code = 'import pickle, base64\\ns = pickle.loads(base64.b64decode("%s"))\\ns.sendall(b" again")\\nkept["said"] = b""\\n'
      code += 'while len(kept["said"]) < 11: kept["said"] += s.recv(100)\\ns.close()'
      taskqueue.add(url='/run', payload=code % base64.b64encode(pickle.dumps(s, 2)).decode(), target='tasks.backend')`,
      'tasks.default',
    );
    const said = () => value(platform, 'open', "result = kept.get('said', b'').decode()", 'tasks.backend');
    while ((await said()) !== 'hello again') await new Promise((done) => setTimeout(done, 20));
  });

  it.skipIf(!hasPython)('K1 are open while the application is imported, before any request', async () => {
    const app = copyFixture('python27-sockets');
    const main = join(app, 'main.py');
    writeFileSync(main, `${readFileSync(main, 'utf8')}\n\n${connect}`);
    await platform.deploy('open', [{ ...socketModule(1), app, version: 'due' }]);
    expect((await python('open', 'import main\nresult = main.s.getpeername()[1]', 'due.default')).result).toBe(port);
  });
});

function socketModule(instances: number): ModuleUpload {
  return {
    app: 'python27-sockets',
    spec: {
      runtime: 'python27',
      handlers: [scriptHandler('/.*', 'main.app')],
      scaling: { type: 'manual', instances },
    },
  };
}
