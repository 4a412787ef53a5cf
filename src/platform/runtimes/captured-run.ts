/** Runs a short command and keeps what it printed: for asking a tool about itself. */
import type { RunCommand } from './runtime.ts';

export interface CapturedRun {
  readonly isSuccess: boolean;
  readonly lines: readonly string[];
}

export interface Question {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Long enough for a version manager's wrapper script on a busy machine. */
const TIMEOUT_MS = 20_000;

/** Never fails: a command that can't be run is one that did not succeed. */
export async function capturedRun(run: RunCommand, question: Question): Promise<CapturedRun> {
  const lines: string[] = [];
  try {
    const result = await run({ ...question, cwd: '/', onOutput: (line) => lines.push(line), timeoutMs: TIMEOUT_MS });
    return { isSuccess: result.exitCode === 0, lines };
  } catch {
    return { isSuccess: false, lines };
  }
}
