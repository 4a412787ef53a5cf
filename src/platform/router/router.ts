/** The HTTP front end that every request of every application passes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CompiledTable, compileTable } from './compiled-table.ts';
import { loadOperatorPages } from './error-pages.ts';
import { HttpExchange } from './http-exchange.ts';
import { dispatchInternal } from './internal-dispatch.ts';
import type { InternalRequest, InternalResponse } from './internal-request.ts';
import { createListener, defaultLimits, type Listener, listen } from './listener.ts';
import { createLoginSigner } from './login-cookie.ts';
import { handleExchange } from './pipeline.ts';
import { createSystemRandomness } from './randomness.ts';
import type { RouterCore, RouterStatistics } from './router-core.ts';
import type { RouterOptions } from './router-options.ts';
import { emptyRoutingTable, type RoutingTable } from './routing-table.ts';
import { createTlsFront } from './tls-front.ts';
import { Upstreams } from './upstreams.ts';

/** Between looks for kept-alive connections that fell idle while the router closes. */
const IDLE_LOOK_MS = 50;
const WEBSOCKET_LIMIT_MS = 3_600_000;

export interface Router {
  /**
   * May be called for several addresses.
   * @throws AppcfgError `platform.port-in-use`
   */
  listen(at: { readonly host: string; readonly port: number }): Promise<{ readonly port: number }>;
  /** For connections that were accepted elsewhere. */
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  /** Replaces the whole table at one instant; requests that have an instance keep it. */
  swap(table: RoutingTable): void;
  table(): RoutingTable;
  /** How cron, queues and other parts of the platform call an application. Never rejects. */
  dispatchInternal(request: InternalRequest): Promise<InternalResponse>;
  statistics(): RouterStatistics;
  /** Accepts nothing new, lets requests end for `graceMs`, then breaks what is left. */
  close(options: { readonly graceMs: number }): Promise<void>;
}

export function createRouter(options: RouterOptions): Router {
  const core = createCore(options);
  const listeners = new Set<Listener>();
  const { headersTimeoutMs } = { ...defaultLimits, ...options.limits };
  const tls = createTlsFront({ clock: core.clock, patienceMs: headersTimeoutMs });
  return {
    async listen(at) {
      const limits = { ...defaultLimits, ...options.limits };
      const listener = createListener({
        clock: core.clock,
        limits,
        tls,
        onExchange: (exchange) => handleExchange(core, exchange),
      });
      const port = await listen(listener.server, at);
      listeners.add(listener);
      return { port };
    },
    handleRequest: (request, response) => {
      handleExchange(core, new HttpExchange({ request, response, clock: core.clock }));
    },
    swap(table) {
      tls.configure(table);
      core.table = compileTable(table, core.table);
    },
    table: () => core.table.source,
    dispatchInternal: (request) => dispatchInternal(core, request),
    statistics: () => ({ ...core.counters, responses: { ...core.counters.responses } }),
    async close({ graceMs }) {
      await closeListeners(core, listeners, graceMs);
      core.upstreams.close();
    },
  };
}

function createCore(options: RouterOptions): RouterCore {
  const { clock, logs } = options;
  const table: CompiledTable = compileTable(emptyRoutingTable);
  return {
    clock,
    logs,
    randomness: options.randomness ?? createSystemRandomness(),
    signer: createLoginSigner(options.internalSecret),
    upstreams: new Upstreams(clock),
    counters: { requests: 0, requestsInFlight: 0, webSocketsOpen: 0, reroutes: 0, retries: 0, responses: {} },
    operatorPages: loadOperatorPages(options.errorPagesDirectory),
    tickets: options.tickets,
    meter: options.meter,
    maxHeaders: options.limits?.maxHeaders ?? defaultLimits.maxHeaders,
    maxWebSocketMs: options.maxWebSocketMs ?? WEBSOCKET_LIMIT_MS,
    isTrustedProxy: options.isTrustedProxy ?? (() => false),
    showRelease: options.showRelease === true,
    table,
  };
}

async function closeListeners(core: RouterCore, listeners: ReadonlySet<Listener>, graceMs: number): Promise<void> {
  const closed = [...listeners].map(({ server }) => new Promise<void>((resolve) => server.close(() => resolve())));
  let cancelLook = () => {};
  const closeIdle = () => {
    for (const listener of listeners) listener.closeIdle();
    cancelLook = core.clock.after(IDLE_LOOK_MS, closeIdle);
  };
  closeIdle();
  const cancelGrace = core.clock.after(graceMs, () => {
    // What has an instance is told so before its connection breaks.
    core.upstreams.close();
    setImmediate(() => {
      for (const listener of listeners) listener.cut();
    });
  });
  await Promise.all(closed);
  cancelLook();
  cancelGrace();
}
