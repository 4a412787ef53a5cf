/** Which backends there are. Each adapter is loaded when it is chosen. */
import type { Backend } from '../backend/backend.ts';
import { failure } from '../errors.ts';
import type { Clock } from '../support/clock.ts';
import { homeDirectories } from '../support/home-directories.ts';

export interface BackendSelection {
  /** `--backend`; else APPCFG_BACKEND; else `platform`. */
  readonly name?: string | undefined;
  /** `--server`; else APPCFG_SERVER; else the platform on this machine, started on demand. */
  readonly server?: string | undefined;
  /** `--token`; else APPCFG_TOKEN. */
  readonly token?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly createdBy: string;
  /** The program that runs the platform, `bin/run.js`. */
  readonly program: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told what a person should know about how the backend was found. */
  readonly onNote: (message: string) => void;
}

type Opener = (selection: BackendSelection) => Promise<Backend>;

const openers: Readonly<Record<string, Opener>> = { platform: openPlatform };

/** @throws AppcfgError `cli.unknown-backend`, or what the adapter throws while it connects */
export async function createBackend(selection: BackendSelection): Promise<Backend> {
  const name = selection.name || selection.environment.APPCFG_BACKEND || 'platform';
  const open = Object.hasOwn(openers, name) ? openers[name] : undefined;
  if (open === undefined) throw failure('cli.unknown-backend', { backend: name, known: Object.keys(openers) });
  return open(selection);
}

async function openPlatform(selection: BackendSelection): Promise<Backend> {
  const { createPlatformBackend } = await import('./platform/platform-backend.ts');
  const { environment, createdBy } = selection;
  const server = selection.server || environment.APPCFG_SERVER;
  if (server) {
    const token = selection.token || environment.APPCFG_TOKEN || '';
    return createPlatformBackend({ url: serverUrl(server), token, createdBy });
  }
  const { ensureDaemon } = await import('./platform/daemon-launcher.ts');
  const { program, clock, signal } = selection;
  const stateDirectory = homeDirectories(environment).state;
  const daemon = await ensureDaemon({ stateDirectory, program, environment, clock, signal });
  for (const note of daemon.notes) selection.onNote(note);
  return createPlatformBackend({ url: daemon.url, token: daemon.token, createdBy });
}

/** `host:port` as in the original's --server, or a URL. */
function serverUrl(server: string): string {
  const url = /^https?:\/\//.test(server) ? server : `http://${server}`;
  return url.replace(/\/+$/, '');
}
