/** The process around a command: streams, environment, time, prompts. Tests bring their own. */
import type { BackendSelection, LocalPlatform, LocalPlatformSelection, PluginManager } from '../adapters/registry.ts';
import type { Backend } from '../backend/backend.ts';
import type { SourceCommit } from '../model/source-commit.ts';
import type { Clock } from '../support/clock.ts';
import { systemClock } from '../support/clock.ts';
import type { Asker } from '../support/questions.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Host {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Where progress is drawn when `isErrorTerminal`. */
  readonly errorStream: NodeJS.WriteStream;
  /** A person can read what is drawn on standard error. */
  readonly isErrorTerminal: boolean;
  /** A person reads standard output, and not a file or another program. */
  readonly isOutputTerminal: boolean;
  /** Width of the terminal; 80 where there is none. */
  readonly columns: number;
  /** A person can answer questions. */
  readonly isInputTerminal: boolean;
  readonly environment: Environment;
  readonly workingDirectory: string;
  readonly clock: Clock;
  /** The script that this process runs, `bin/run.js`: what starts a platform runs it too. */
  readonly program: string;
  createBackend(selection: BackendSelection): Promise<Backend>;
  localPlatform(selection: LocalPlatformSelection): Promise<LocalPlatform>;
  plugins(configDirectory: string, places: readonly string[]): Promise<PluginManager>;
  /** False where no browser can be opened. */
  openBrowser(url: string): Promise<boolean>;
  /** Which commit a directory is at; never rejects. */
  commitOf?(directory: string): Promise<SourceCommit | undefined>;
  /** Shows a yes-or-no question; only called when `isInputTerminal`. */
  ask(message: string, defaultAnswer: boolean, signal: AbortSignal): Promise<boolean>;
  /** All of standard input, as UTF-8. */
  readInput(): Promise<string>;
  /** Shows questions of all kinds; only called when `isInputTerminal`. */
  createAsker(signal: AbortSignal): Promise<Asker>;
  /** Calls back with every key that is pressed, Ctrl-C included; the result stops. Only called when `isInputTerminal`. */
  onKey?(callback: (key: string) => void): () => void;
  /** Calls back on SIGINT and SIGTERM; the result stops listening. */
  onInterrupt(callback: (signalName: string) => void): () => void;
  /** From now on this text is in nothing that is written; there while a command line runs. */
  hide?(secret: string): void;
  /** Ends the process at once, without cleaning up. */
  exitNow(code: number): void;
}

export const processHost: Host = {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  // Getters: opening a standard stream takes milliseconds.
  get errorStream() {
    return process.stderr;
  },
  get isErrorTerminal() {
    return process.stderr.isTTY === true;
  },
  get isOutputTerminal() {
    return process.stdout.isTTY === true;
  },
  get columns() {
    return process.stdout.columns ?? process.stderr.columns ?? 80;
  },
  get isInputTerminal() {
    return process.stdin.isTTY === true;
  },
  environment: process.env,
  workingDirectory: process.cwd(),
  clock: systemClock,
  program: process.argv[1] ?? '',
  createBackend: async (selection) => {
    const { createBackend } = await import('../adapters/registry.ts');
    return createBackend(selection);
  },
  localPlatform: async (selection) => {
    const { localPlatform } = await import('../adapters/registry.ts');
    return localPlatform(selection);
  },
  plugins: async (configDirectory, places) => {
    const { pluginManager } = await import('../adapters/registry.ts');
    return pluginManager(configDirectory, places);
  },
  openBrowser: async (url) => {
    const { browserCommand, openInBrowser } = await import('./open-browser.ts');
    const command = browserCommand(process.env, process.platform);
    return command !== undefined && openInBrowser(command, url);
  },
  readInput: async () => {
    // Nothing of Node's own is imported late here: the bundle runs where that can't be done twice.
    const pieces: Buffer[] = [];
    for await (const piece of process.stdin) pieces.push(Buffer.from(piece as Buffer));
    return Buffer.concat(pieces).toString('utf8');
  },
  commitOf: async (directory) => {
    const { gitCommit } = await import('./git-commit.ts');
    return gitCommit(directory, process.env);
  },
  ask: async (message, defaultAnswer, signal) => {
    const { askYesOrNo } = await import('./prompts.ts');
    return askYesOrNo(message, defaultAnswer, signal);
  },
  createAsker: async (signal) => {
    const { createAsker } = await import('./prompts.ts');
    return createAsker(signal);
  },
  onKey: (callback) => {
    const { stdin } = process;
    const onData = (data: Buffer) => callback(data.toString('utf8'));
    stdin.setRawMode(true);
    stdin.on('data', onData);
    stdin.resume();
    return () => {
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
    };
  },
  onInterrupt: (callback) => {
    process.on('SIGINT', callback);
    process.on('SIGTERM', callback);
    return () => {
      process.off('SIGINT', callback);
      process.off('SIGTERM', callback);
    };
  },
  exitNow: (code) => {
    // A drawing in progress has hidden the cursor.
    if (process.stderr.isTTY === true) process.stderr.write('\u001b[?25h');
    process.exit(code);
  },
};

/** Continuous integration sets CI; cursor tricks and questions make no sense there. */
export function isContinuousIntegration(environment: Environment): boolean {
  const value = environment.CI;
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}
