/** The built program on a terminal of its own, as a person sees and types it. */
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type IPty, spawn } from '@lydell/node-pty';
import { onTestFinished } from 'vitest';
import { root } from './program.ts';

export interface PseudoTerminal {
  /** Waits until the text is on the screen, after what an earlier call waited for. */
  sees(text: string): Promise<void>;
  type(keys: string): void;
  /** Everything since the start, without colours and cursor movement. */
  text(): string;
  /** With colours. */
  raw(): string;
  readonly pid: number;
  readonly exitCode: Promise<number>;
}

export const keys = {
  enter: '\r',
  up: '\u001b[A',
  down: '\u001b[B',
  space: ' ',
  backspace: '\u007f',
  interrupt: '\u0003',
} as const;

export interface TerminalProcess {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const PATIENCE_MS = 20_000;

export function openPseudoTerminal(argv: readonly string[], program: TerminalProcess): PseudoTerminal {
  const pty: IPty = spawn(process.execPath, [join(root, 'bin', 'run.js'), ...argv], {
    cwd: program.directory,
    env: { APPCFG_UPDATE_NOTICE: '0', ...program.environment, TERM: 'xterm-256color' },
    cols: 120,
    rows: 40,
  });
  let output = '';
  let seen = 0;
  const waiting = new Set<() => void>();
  pty.onData((data) => {
    output += data;
    for (const check of waiting) check();
  });
  let isOver = false;
  const exitCode = new Promise<number>((resolve) => {
    pty.onExit((exit) => {
      isOver = true;
      resolve(exit.exitCode);
      for (const check of waiting) check();
    });
  });
  onTestFinished(async () => {
    if (!isOver) pty.kill('SIGKILL');
    await exitCode;
  });
  const text = () => stripVTControlCharacters(output);
  return {
    text,
    raw: () => output,
    pid: pty.pid,
    exitCode,
    type: (typed) => pty.write(typed),
    sees: (wanted) =>
      new Promise((resolve, reject) => {
        const fail = (why: string) => {
          settle();
          reject(new Error(`${why} before "${wanted}" was seen; on the screen:\n${text().slice(-2000)}`));
        };
        const timer = setTimeout(() => fail('time was up'), PATIENCE_MS);
        const settle = () => {
          clearTimeout(timer);
          waiting.delete(check);
        };
        const check = () => {
          const at = text().indexOf(wanted, seen);
          if (at === -1) return isOver ? fail('it ended') : undefined;
          seen = at + wanted.length;
          settle();
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}
