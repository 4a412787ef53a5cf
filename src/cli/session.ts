/** What one run of a command works with: where to report, when to stop, which backend to ask. */
import { userInfo } from 'node:os';
import type { LocalPlatform, PluginManager } from '../adapters/registry.ts';
import type { Backend } from '../backend/backend.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { SourceCommit } from '../model/source-commit.ts';
import type { Clock } from '../support/clock.ts';
import { type HomeDirectories, homeDirectories } from '../support/home-directories.ts';
import type { Asker } from '../support/questions.ts';
import type { Configuration } from './configuration/configuration.ts';
import { type Connection, resolveConnection } from './connection.ts';
import type { GlobalFlags } from './flags.ts';
import type { Host } from './host.ts';
import type { Style } from './render/style.ts';
import { canAsk } from './reporters/answers.ts';
import type { CommandReporter } from './reporters/command-reporter.ts';
import { loadConfiguration, openCredentials } from './session-settings.ts';

/** What use cases take, besides their request. */
export interface UseCaseContext {
  readonly backend: Backend;
  readonly reporter: CommandReporter;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly cacheDirectory: string;
  /** What the context in use says, for where neither the command nor a file does. */
  readonly defaultApplication?: string;
  /** Which commit a directory is at; never rejects. */
  readonly commitOf?: (directory: string) => Promise<SourceCommit | undefined>;
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
  /** Settings with their origins. @throws AppcfgError when a file or variable has a value that can't be used */
  configuration(): Configuration;
  credentials(): Credentials;
  /** Where commands go, and as whom. @throws AppcfgError `sign-in.needed` ... */
  connection(): Promise<Connection>;
  /** Connects to a server that the command names, and not to that of the context. */
  connectTo(connection: Connection): Promise<Backend>;
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
  let known: Configuration | undefined;
  let opened: Credentials | undefined;
  const configuration = () => {
    known ??= loadConfiguration(host, flags, directories);
    return known;
  };
  const credentials = () => {
    opened ??= openCredentials(host, directories, configuration());
    return opened;
  };
  const connection = () => {
    const { environment, workingDirectory } = host;
    const tokenFlag = flags.token;
    return resolveConnection({
      ...{ configuration: configuration(), credentials: credentials(), tokenFlag, environment, workingDirectory },
    });
  };
  const open: Backend[] = [];
  const connectTo = async (target: Connection) => {
    const { server, token, caFile } = target;
    if (token !== undefined) host.hide?.(token);
    const { environment, program, clock } = host;
    const onNote = (message: string) => reporter.event({ type: 'note', message });
    const selection = { name: target.backend, server, token, caFile, environment, createdBy, program, clock, signal };
    const found = await host.createBackend({ ...selection, onNote });
    open.push(found);
    return found;
  };
  return {
    ...parts,
    clock: host.clock,
    workingDirectory: host.workingDirectory,
    cacheDirectory: directories.cache,
    directories,
    createdBy,
    configuration,
    credentials,
    connection,
    connectTo,
    context: async () => {
      backend ??= connection().then(connectTo);
      const { application } = configuration();
      const { commitOf } = host;
      return {
        ...{ backend: await backend, reporter, signal, clock: host.clock, cacheDirectory: directories.cache },
        ...(application?.origin === 'user' ? { defaultApplication: application.value } : {}),
        ...(commitOf ? { commitOf: (directory: string) => commitOf(directory) } : {}),
      };
    },
    localPlatform: () =>
      host.localPlatform({ environment: host.environment, program: host.program, clock: host.clock, signal }),
    plugins: (places) => host.plugins(directories.config, places),
    asker: async () => (canAsk(host, flags) && !flags.yes ? host.createAsker(signal) : undefined),
    print: (line) => host.stdout(`${line}\n`),
    close: async () => {
      await backend?.catch(() => undefined);
      await Promise.all(open.map((one) => one.close()));
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
