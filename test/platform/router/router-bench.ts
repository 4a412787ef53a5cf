/** A router with applications of the test's making, and everything closed when the test is over. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { RequestLog } from '../../../src/model/log.ts';
import { allTrafficTo } from '../../../src/model/traffic.ts';
import type { VersionSpec } from '../../../src/model/version-spec.ts';
import { createRouter, type Router } from '../../../src/platform/router/router.ts';
import type { RouterOptions } from '../../../src/platform/router/router-options.ts';
import type {
  RoutedApplication,
  RoutedModule,
  RoutedVersion,
  RoutingTable,
} from '../../../src/platform/router/routing-table.ts';
import type { VersionPool } from '../../../src/platform/serving/version-pool.ts';
import { systemClock } from '../../../src/support/clock.ts';
import { staticSpec } from '../../sample-spec.ts';
import { FakePool } from './fake-pool.ts';

export function appSpec(change: Partial<VersionSpec> = {}): VersionSpec {
  return staticSpec({ runtime: 'nodejs20', handlers: [], scaling: { type: 'manual', instances: 1 }, ...change });
}

/** A version that stands at no directory unless the test gives one. */
export function version(pool: VersionPool, change: Partial<RoutedVersion['deployment']> = {}): RoutedVersion {
  const deployment = {
    application: 'shop',
    module: 'default',
    version: 'uno',
    deploymentId: `${change.module ?? 'default'}${change.version ?? 'uno'}1`,
    spec: appSpec(),
    directory: '/nowhere',
    defaultHostname: 'shop.localhost:8080',
    ...change,
  };
  return { deployment, pool };
}

/** The first version takes the traffic. */
export function module(...versions: readonly RoutedVersion[]): RoutedModule {
  const [first] = versions;
  if (!first) throw new Error('a module needs a version');
  return {
    name: first.deployment.module,
    split: allTrafficTo(first.deployment.version),
    versions: new Map(versions.map((entry) => [entry.deployment.version, entry])),
  };
}

export function application(
  modules: readonly RoutedModule[],
  change: Partial<RoutedApplication> = {},
): RoutedApplication {
  return {
    id: 'shop',
    release: 'r1',
    modules: new Map(modules.map((entry) => [entry.name, entry])),
    dispatch: [],
    dos: [],
    ...change,
  };
}

export function table(...applications: readonly RoutedApplication[]): RoutingTable {
  return { applications: new Map(applications.map((entry) => [entry.id, entry])) };
}

export interface Bench {
  readonly router: Router;
  readonly port: number;
  readonly logs: RequestLog[];
}

export async function startRouter(routes: RoutingTable, options: Partial<RouterOptions> = {}): Promise<Bench> {
  const logs: RequestLog[] = [];
  const router = createRouter({
    clock: systemClock,
    logs: { append: (record) => record.kind === 'request' && logs.push(record) },
    internalSecret: 'a secret of the tests that nobody knows',
    ...options,
  });
  router.swap(routes);
  const { port } = await router.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => router.close({ graceMs: 0 }));
  return { router, port, logs };
}

export async function startServer(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** One application with one version, served by `listener`. */
export async function serveOne(
  listener: RequestListener,
  change: {
    readonly spec?: Partial<VersionSpec>;
    readonly options?: Partial<RouterOptions>;
    readonly directory?: string;
  } = {},
): Promise<Bench & { readonly pool: FakePool; readonly instance: Server }> {
  const instance = await startServer(listener);
  const pool = new FakePool();
  pool.add(instance);
  const only = version(pool, { spec: appSpec(change.spec), directory: change.directory ?? '/nowhere' });
  const bench = await startRouter(table(application([module(only)])), change.options);
  return { ...bench, pool, instance };
}

/** Waits until a condition holds; fails by the test's own time limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
