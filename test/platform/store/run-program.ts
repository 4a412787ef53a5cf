/** Runs a TypeScript program in a process of its own, for tests that kill it or limit it. It ends with its test. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface Program {
  readonly process: ChildProcessWithoutNullStreams;
  /** What it has printed so far. */
  readonly output: () => string;
  /** Resolves when it is gone, with its exit code or signal. */
  readonly ended: Promise<number | string>;
  /** Resolves as soon as the output matches. */
  printed(pattern: RegExp): Promise<void>;
}

/** @param fileSizeLimit blocks of 512 bytes (ulimit -f): the cheapest full disk there is */
export function startProgram(name: string, args: readonly string[], fileSizeLimit?: number): Program {
  const file = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));
  const command = [process.execPath, '--import', 'tsx', file, ...args];
  const limited = ['sh', '-c', `ulimit -f ${fileSizeLimit}; exec "$@"`, 'sh', ...command];
  const [executable = '', ...rest] = fileSizeLimit === undefined ? command : limited;
  const child = spawn(executable, rest, { stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  child.stderr.on('data', (chunk) => (text += chunk));
  const ended = once(child, 'close').then(([code, signal]): number | string => code ?? signal);
  return {
    process: child,
    output: () => text,
    ended,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => pattern.test(text) && resolve();
        child.stdout.on('data', look);
        child.stderr.on('data', look);
        child.on('close', () => (pattern.test(text) ? resolve() : reject(new Error(`it ended without: ${text}`))));
        look();
      }),
  };
}
