/** The sockets service behind a real API server, and Python processes that use it through our launcher. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { VersionSpec } from '../../../src/model/version-spec.ts';
import { createApiServer } from '../../../src/platform/apis/api-server.ts';
import type { ApiService } from '../../../src/platform/apis/api-service.ts';
import { TicketOffice, type TicketRequest } from '../../../src/platform/apis/api-tickets.ts';
import {
  createRemoteSockets,
  type RemoteSockets,
  type SocketTraffic,
} from '../../../src/platform/apis/remote-socket/remote-socket-service.ts';
import type { SocketLimits } from '../../../src/platform/apis/remote-socket/socket-limits.ts';
import type { Deployment } from '../../../src/platform/deployment.ts';
import { parseAllowRules } from '../../../src/platform/egress/allow-rules.ts';
import { createEgressPolicy } from '../../../src/platform/egress/egress-policy.ts';
import { createRuntimes } from '../../../src/platform/runtimes/registry.ts';
import { systemClock } from '../../../src/support/clock.ts';
import { staticSpec } from '../../sample-spec.ts';
import { run } from '../runtimes/fixture-app.ts';

export interface RigOptions {
  /** `APPLICATION RANGE[:PORT]` lines. */
  readonly allow?: string;
  readonly lookup?: (name: string) => Promise<readonly string[]>;
  readonly isPaid?: (application: string) => boolean;
  readonly limits?: SocketLimits;
  /** Beside the sockets. */
  readonly services?: Readonly<Record<string, ApiService>>;
}

export interface SocketRig {
  readonly port: number;
  readonly sockets: RemoteSockets;
  readonly tickets: TicketOffice;
  /** Bytes by application. */
  readonly traffic: Record<string, SocketTraffic>;
  /** What admits an instance of the application. */
  ticketFor(application: string, spec?: Partial<VersionSpec>): string;
  close(): Promise<void>;
}

export async function startSocketRig(options: RigOptions = {}): Promise<SocketRig> {
  const traffic: Record<string, SocketTraffic> = {};
  const { limits } = options;
  const sockets = createRemoteSockets({
    clock: systemClock,
    policy: createEgressPolicy({ allow: parseAllowRules({ name: 'test', text: options.allow ?? '' }), ownRanges: [] }),
    onTraffic: (application, { sentBytes, receivedBytes }) => {
      const before = traffic[application] ?? { sentBytes: 0, receivedBytes: 0 };
      traffic[application] = {
        sentBytes: before.sentBytes + sentBytes,
        receivedBytes: before.receivedBytes + receivedBytes,
      };
    },
    isPaid: options.isPaid ?? (() => true),
    ...(options.lookup ? { lookup: options.lookup } : {}),
    ...(limits ? { limitsFor: () => limits } : {}),
  });
  const tickets = new TicketOffice();
  const defects: unknown[] = [];
  const server = createApiServer({
    tickets,
    services: { remote_socket: sockets.service, ...options.services },
    disabledServices: new Set(),
    onDefect: (error) => defects.push(error),
  });
  const port = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    port,
    sockets,
    tickets,
    traffic,
    ticketFor: (application, spec = {}) => tickets.open(ticketRequest(application, spec)),
    close: async () => {
      sockets.close();
      await server.close();
      if (defects.length > 0) throw defects[0];
    },
  };
}

function ticketRequest(application: string, spec: Partial<VersionSpec>): TicketRequest {
  return {
    deployment: deploymentOf(application, spec),
    instance: '0',
    requestId: '1',
    host: `${application}.localhost`,
    isSecure: false,
    isTask: false,
    method: 'GET',
    resource: '/',
    httpVersion: 'HTTP/1.1',
    ip: '127.0.0.1',
    startedAtMs: 0,
  };
}

export function deploymentOf(application: string, spec: Partial<VersionSpec>): Deployment {
  return {
    application,
    module: 'default',
    version: 'uno',
    deploymentId: '1',
    spec: { ...staticSpec(), runtime: 'python27', ...spec },
    directory: resolve('test/fixtures/apps/python27-sockets'),
    defaultHostname: `${application}.localhost:8080`,
  };
}

export interface ProgramAnswer {
  readonly result?: unknown;
  /** Class of the exception. */
  readonly error?: string;
  readonly bases?: readonly string[];
  readonly errno?: number;
  readonly args?: readonly string[];
  readonly trace?: string;
}

export interface PythonApp {
  /** Runs a Python program in the application; what it put into `result`, or how it failed. */
  attempt(program: string, headers?: Readonly<Record<string, string>>): Promise<ProgramAnswer>;
  /** The result; a failure is the test's. */
  run(program: string, headers?: Readonly<Record<string, string>>): Promise<unknown>;
  close(): Promise<void>;
}

export interface PythonAppOptions {
  readonly rig: SocketRig;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly application?: string;
  readonly libraries?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

export async function startPythonApp(options: PythonAppOptions): Promise<PythonApp> {
  const { rig, application = 'shop', libraries = [], variables = {} } = options;
  const spec: Partial<VersionSpec> = {
    handlers: [
      {
        type: 'script',
        url: '/.*',
        script: 'main.app',
        login: 'optional',
        authFailAction: 'redirect',
        secure: 'optional',
      },
    ],
    libraries: libraries.map((name) => ({ name, version: 'latest' })),
    environmentVariables: variables,
  };
  const deployment = deploymentOf(application, spec);
  const runtime = createRuntimes({ assetsDirectory: resolve('runtimes'), environment: options.environment })(
    'python27',
    'standard',
  );
  const scratch = mkdtempSync(join(tmpdir(), 'appcfg-sockets-'));
  const build = await runtime.build({ deployment, cacheDirectory: scratch, run, onOutput: () => {} });
  const port = await freePort();
  const command = runtime.launch({
    deployment,
    build,
    instance: '0',
    port,
    memoryMiB: 128,
    temporaryDirectory: scratch,
  });
  const child = spawn(command.command, command.args, {
    cwd: command.cwd,
    env: {
      ...command.environment,
      API_HOST: '127.0.0.1',
      API_PORT: String(rig.port),
      APPCFG_SOCKET_TICKET: rig.ticketFor(application, spec),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exited = new Promise<void>((done) => child.once('close', () => done()));
  await answering(port, child);
  const attempt = async (program: string, more: Readonly<Record<string, string>> = {}) => {
    const ticket = rig.ticketFor(application, spec);
    const headers = { 'X-Appengine-Api-Ticket': ticket, ...more };
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: program, headers });
    return (await response.json()) as ProgramAnswer;
  };
  return {
    attempt,
    run: async (program, headers) => {
      const answer = await attempt(program, headers);
      if (answer.error !== undefined) throw new Error(answer.trace);
      return answer.result;
    },
    close: async () => {
      child.kill('SIGKILL');
      await exited;
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

async function answering(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error('the application did not start');
    const isUp = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '' }).catch(() => undefined);
    if (isUp) return;
    await new Promise((done) => setTimeout(done, 20));
  }
}

async function freePort(): Promise<number> {
  const server = await tcpServer(() => {});
  const { port } = server;
  await server.close();
  return port;
}

export interface TestServer {
  readonly port: number;
  readonly server: Server;
  readonly connections: Set<Socket>;
  close(): Promise<void>;
}

/** A TCP server on loopback. */
export async function tcpServer(onConnection: (socket: Socket) => void, host = '127.0.0.1'): Promise<TestServer> {
  const connections = new Set<Socket>();
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => {});
    onConnection(socket);
  });
  await new Promise<void>((done) => server.listen(0, host, done));
  return {
    port: (server.address() as AddressInfo).port,
    server,
    connections,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of connections) socket.destroy();
      }),
  };
}
