/** `dev`: everything in these directories, running while they are worked on. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { type DevelopFlagValues, developFlags, explainedOption, plainBooleans } from '../cli/develop-flags.ts';
import { createDevelopPrinter } from '../cli/develop-printer.ts';
import { readEnvironment, variablesFor } from '../cli/environment-flags.ts';
import type { Session } from '../cli/session.ts';
import type { DevelopRequest } from '../develop/develop-request.ts';

export default class Dev extends BaseCommand {
  static override summary = 'Run an application while you work on it.';
  static override description =
    `All modules run on a platform of their own, with dispatch rules, cron jobs, queues and APIs. What is saved is deployed; if it does not start, the error is shown and what ran before goes on. The logs of all modules are printed as they come.

Takes the place of dev_appserver.py, with its options where they make sense. Files may leave out application and version.`;
  static override examples = [
    '<%= config.bin %> dev',
    '<%= config.bin %> dev app.yaml worker.yaml --port 9000',
    '<%= config.bin %> dev . --env-var DEBUG=1 --storage-path .appcfg-dev',
  ];
  static override args = {
    paths: Args.string({
      description: 'Yaml files, or directories with all their modules. Default: the current directory.',
      multiple: true,
    }),
  };
  static override flags = developFlags;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Dev, plainBooleans(this.argv)).catch((error: unknown) => {
      throw explainedOption(error);
    });
    await this.perform(flags, async (session) => {
      const { openTemporaryHome } = await import('../develop/temporary-home.ts');
      const storage = flags['storage-path'];
      const temporary = storage === undefined ? openTemporaryHome(tmpdir()) : undefined;
      const home = temporary?.directory ?? resolve(session.workingDirectory, storage ?? '');
      try {
        const request = developRequest(args.paths ?? [], flags, session);
        const live = await this.#runPlatform({ home, request, flags, session });
        const runs = runsBelow(session.cacheDirectory);
        // Nobody knows these deployments any more.
        for (const id of temporary ? live : []) rmSync(join(runs, id), { recursive: true, force: true });
      } finally {
        temporary?.remove();
      }
      return {};
    });
  }

  /** Runs both until one ends: the platform on Ctrl-C, the loop when there is nothing that it could deploy. */
  async #runPlatform({ home, request, flags, session }: Development): Promise<readonly string[]> {
    const { runPlatform } = await import('../platform/daemon.ts');
    const show = createDevelopPrinter(session);
    const ending = new AbortController();
    const signal = AbortSignal.any([session.signal, ending.signal]);
    session.signal.addEventListener('abort', () => show({ type: 'note', message: 'Ending ...' }), { once: true });
    let loop: Promise<readonly string[]> = Promise.resolve([]);
    await runPlatform({
      directories: { ...session.directories, config: join(home, 'config'), state: join(home, 'state') },
      host: flags.host,
      ...(flags.port === undefined ? {} : { port: flags.port }),
      controlPort: 0,
      assetsDirectory: join(this.config.root, 'runtimes'),
      environment: { ...session.host.environment, ...chosenPython(flags) },
      clock: session.clock,
      isDaemon: false,
      signal,
      onReady: ({ daemon, notes }) => {
        for (const message of notes) show({ type: 'note', message });
        if (flags.verbose) show({ type: 'note', message: `For other commands: APPCFG_HOME=${home}` });
        loop = developOn(daemon, { home, request, session, signal, show }).finally(() => ending.abort());
        // How it ended is asked when the platform has ended.
        loop.catch(() => {});
      },
    });
    ending.abort();
    return loop;
  }
}

/** Where the platform puts applications that can't run in their own folder. */
function runsBelow(cacheDirectory: string): string {
  return join(cacheDirectory, 'builds', 'node-run');
}

interface Development {
  /** Where the platform keeps its state. */
  readonly home: string;
  readonly request: DevelopRequest;
  readonly flags: DevelopFlagValues;
  readonly session: Session;
}

function developRequest(paths: readonly string[], flags: DevelopFlagValues, session: Session): DevelopRequest {
  const environmentVariables = {
    ...readEnvironment('dev', flags, session),
    ...Object.fromEntries(flags['env-var'] ?? []),
  };
  return {
    paths,
    workingDirectory: session.workingDirectory,
    application: flags.application,
    environmentVariables,
    variables: variablesFor(environmentVariables, session),
    allowsAnyRuntime: flags['allow-any-runtime'],
    minimumLevel: flags['log-level'],
    showsInstances: flags.verbose,
    createdBy: session.createdBy,
    reloads: flags['automatic-restart'],
    polls: flags['use-mtime-file-watcher'] === true,
    ignores: flags['watcher-ignore-re'],
  };
}

function chosenPython(flags: DevelopFlagValues): Readonly<Record<string, string>> {
  const path = flags['python27-executable-path'];
  return path === undefined ? {} : { APPCFG_PYTHON27: resolve(path) };
}

interface Loop {
  readonly home: string;
  readonly request: DevelopRequest;
  readonly session: Session;
  readonly signal: AbortSignal;
  readonly show: ReturnType<typeof createDevelopPrinter>;
}

async function developOn(
  { controlPort, token }: { readonly controlPort: number; readonly token: string },
  { home, request, session, signal, show }: Loop,
): Promise<readonly string[]> {
  const { develop } = await import('../develop/develop.ts');
  const { host, clock, createdBy, cacheDirectory } = session;
  const backend = await host.createBackend({
    name: 'platform',
    server: `http://127.0.0.1:${controlPort}`,
    token,
    environment: {},
    createdBy,
    program: host.program,
    clock,
    signal,
    onNote: (message) => show({ type: 'note', message }),
  });
  try {
    const copies = { trees: join(home, 'state', 'trees'), runs: runsBelow(cacheDirectory) };
    return await develop(request, { backend, clock, signal, cacheDirectory, copies, onEvent: show });
  } finally {
    await backend.close();
  }
}
