/** A terminal for command tests: commands run in this process on a backend in memory, and everything they write is kept. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { createMemoryBackend, type MemoryBackend } from '../../src/adapters/memory/memory-backend.ts';
import { type LocalPlatform, pluginManager } from '../../src/adapters/registry.ts';
import type { Host } from '../../src/cli/host.ts';
import { main } from '../../src/main.ts';
import type { Asker } from '../../src/support/questions.ts';
import { createFakeClock, type FakeClock } from '../fake-clock.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Terminal {
  readonly backend: MemoryBackend;
  readonly clock: FakeClock;
  /** Where commands run: a directory of this test's own. */
  readonly directory: string;
  /** Questions that were asked, in order. */
  readonly questions: string[];
  /** Addresses that were opened in a browser. */
  readonly opened: string[];
  run(...argv: string[]): Promise<Run>;
  /** The document that a command with --json prints, which has to be all of its standard output. */
  json<T = Record<string, unknown>>(...argv: string[]): Promise<T>;
  write(file: string, content: string): void;
  /** Ctrl-C. */
  interrupt(): void;
}

export interface TerminalOptions {
  /** A person sits there and answers all questions like this. */
  readonly answer?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** Answers the questions of `init`; needs `answer` too, which says that a person is there. */
  readonly asker?: Asker;
  readonly platform?: LocalPlatform;
  /** Standard input, where nobody sits there. */
  readonly input?: string;
}

export function openTerminal(options: TerminalOptions = {}): Terminal {
  const directory = mkdtempSync(join(tmpdir(), 'appcfg-command-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const clock = createFakeClock();
  const backend = createMemoryBackend({ clock, createdBy: 'ann' });
  const questions: string[] = [];
  const opened: string[] = [];
  const listeners = new Set<(signalName: string) => void>();
  const run = async (...argv: string[]): Promise<Run> => {
    const written = { stdout: '', stderr: '' };
    const host: Host = {
      stdout: (text) => {
        written.stdout += text;
      },
      stderr: (text) => {
        written.stderr += text;
      },
      errorStream: process.stderr,
      isErrorTerminal: options.answer !== undefined,
      isOutputTerminal: options.answer !== undefined,
      isInputTerminal: options.answer !== undefined,
      columns: 80,
      // No colours, and no drawing even on a terminal: what is written is what is compared.
      environment: {
        NO_COLOR: '1',
        TERM: 'dumb',
        APPCFG_HOME: join(directory, '.appcfg-home'),
        USER: 'ann',
        APPCFG_UPDATE_NOTICE: '0',
        ...options.environment,
      },
      workingDirectory: directory,
      clock,
      program: '',
      createBackend: async () => backend,
      localPlatform: async () => {
        if (options.platform === undefined) throw new Error('this test has no local platform');
        return options.platform;
      },
      plugins: async (configDirectory, places) => pluginManager(configDirectory, places),
      openBrowser: async (url) => {
        opened.push(url);
        return true;
      },
      readInput: async () => options.input ?? '',
      ask: async (message) => {
        questions.push(message);
        return options.answer === true;
      },
      createAsker: async () => {
        if (options.asker === undefined) throw new Error('this test answers only yes or no');
        return options.asker;
      },
      onInterrupt: (callback) => {
        listeners.add(callback);
        return () => listeners.delete(callback);
      },
      exitNow: () => {},
    };
    const code = await main(argv, { root, host });
    return { code, ...written };
  };
  return {
    backend,
    clock,
    directory,
    questions,
    opened,
    run,
    json: async <T>(...argv: string[]) => JSON.parse((await run(...argv, '--json')).stdout) as T,
    write: (file, content) => {
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      writeFileSync(join(directory, file), content);
    },
    interrupt: () => {
      for (const listener of listeners) listener('SIGINT');
    },
  };
}

/** The documented three-module application (S3), in the terminal's directory. */
export function placeSample(terminal: Terminal): void {
  cpSync(join(root, 'examples', 'simple-sample'), terminal.directory, { recursive: true });
}

/** ... and deployed. */
export async function deploySample(terminal: Terminal): Promise<void> {
  placeSample(terminal);
  const { code, stderr } = await terminal.run('update', 'app.yaml', 'mobile-frontend.yaml', 'my-module.yaml');
  if (code !== 0) throw new Error(`the sample was not deployed: ${stderr}`);
}
