/** Chooses the platform's two ports: the asked one, else the last one used, else the usual one or the next free. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { failure } from '../errors.ts';

export interface PortWish {
  readonly what: string;
  readonly host: string;
  /** undefined: the usual one or the next free; 0: any free one. */
  readonly asked: number | undefined;
  readonly usual: number;
  /** What the last run used: addresses that people and scripts know stay valid over a restart. */
  readonly last: number | undefined;
}

export interface ChosenPort {
  readonly port: number;
  /** For people, when it is not the one they expect. */
  readonly note?: string;
}

const MOST_TRIES = 100;

/** @throws AppcfgError `platform.port-in-use` when exactly this port was asked for */
export async function choosePort(wish: PortWish): Promise<ChosenPort> {
  const { asked, host, usual, last, what } = wish;
  if (asked !== undefined && asked !== 0) {
    if (await isFree(host, asked)) return { port: asked };
    throw failure('platform.port-in-use', { port: asked, what });
  }
  if (last !== undefined && (await isFree(host, last))) return { port: last };
  if (asked === 0) return { port: 0 };
  for (let port = usual; port < usual + MOST_TRIES; port += 1) {
    if (!(await isFree(host, port))) continue;
    if (port === usual) return { port };
    return { port, note: `Port ${usual} is in use; the ${what} listens on ${port}. Choose one with APPCFG_PORT.` };
  }
  return { port: 0 };
}

/** The ports of the last run, from the file it left; undefined where there is none. */
export function lastPorts(file: string): { readonly routerPort?: number; readonly controlPort?: number } {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    return {
      ...(typeof value.routerPort === 'number' ? { routerPort: value.routerPort } : {}),
      ...(typeof value.controlPort === 'number' ? { controlPort: value.controlPort } : {}),
    };
  } catch {
    return {};
  }
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
