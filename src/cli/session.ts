/** What one run of a command works with: where to report, when to stop, which backend to ask. */
import { userInfo } from 'node:os';
import type { LocalPlatform, PluginManager } from '../adapters/registry.ts';
import type { Backend } from '../backend/backend.ts';
import type { Clock } from '../support/clock.ts';
import { type HomeDirectories, homeDirectories } from '../support/home-directories.ts';
import type { Asker } from '../support/questions.ts';
import type { GlobalFlags } from './flags.ts';
import type { Host } from './host.ts';
import type { Style } from './render/style.ts';
import { canAsk } from './reporters/answers.ts';
import type { CommandReporter } from './reporters/command-reporter.ts';

/** What use cases take, besides their request. */
export interface UseCaseContext {
  readonly backend: Backend;
  readonly reporter: CommandReporter;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly cacheDirectory: string;
}

export interface Session {
  readonly host: Host;
  readonly flags: GlobalFlags;
  readonly reporter: CommandReporter;
  /** Aborts on Ctrl-C with the failure to show. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** For results on standard output. */
  readonly style: Style;
  readonly workingDirectory: string;
  readonly cacheDirectory: string;
  readonly directories: HomeDirectories;
  /** Who is recorded as the author of a change. */
  readonly createdBy: string;
  /** Connects to the backend on first use, once. */
  context(): Promise<UseCaseContext>;
  /** The platform on this machine, whatever the backend is. */
  localPlatform(): Promise<LocalPlatform>;
  /** @param places where packages are looked for by name */
  plugins(places: readonly string[]): Promise<PluginManager>;
  /** undefined where nobody can be asked, or --yes answers. */
  asker(): Promise<Asker | undefined>;
  /** Writes to standard output now, before the command has ended: for output that never ends. */
  print(line: string): void;
}

/** The parts of a session that the command line decides. */
export interface SessionParts {
  readonly host: Host;
  readonly flags: GlobalFlags;
  readonly reporter: CommandReporter;
  readonly signal: AbortSignal;
  readonly style: Style;
}

export interface OpenSession extends Session {
  /** Lets go of the backend, if there is one. */
  close(): Promise<void>;
}

export function openSession(parts: SessionParts): OpenSession {
  const { host, flags, signal, reporter } = parts;
  const directories = homeDirectories(host.environment);
  const createdBy = host.environment.USER || host.environment.LOGNAME || accountName();
  let backend: Promise<Backend> | undefined;
  return {
    ...parts,
    clock: host.clock,
    workingDirectory: host.workingDirectory,
    cacheDirectory: directories.cache,
    directories,
    createdBy,
    context: async () => {
      backend ??= host.createBackend({
        name: flags.backend,
        server: flags.server,
        token: flags.token,
        environment: host.environment,
        createdBy,
        program: host.program,
        clock: host.clock,
        signal,
        onNote: (message) => reporter.event({ type: 'note', message }),
      });
      const { clock } = host;
      return { backend: await backend, reporter, signal, clock, cacheDirectory: directories.cache };
    },
    localPlatform: () =>
      host.localPlatform({ environment: host.environment, program: host.program, clock: host.clock, signal }),
    plugins: (places) => host.plugins(directories.config, places),
    asker: async () => (canAsk(host, flags) && !flags.yes ? host.createAsker(signal) : undefined),
    print: (line) => host.stdout(`${line}\n`),
    close: async () => {
      if (backend === undefined) return;
      const opened = await backend.catch(() => undefined);
      await opened?.close();
    },
  };
}

/** Containers often run as a user without an entry in the password file. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
