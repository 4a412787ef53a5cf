/** Which tools this machine has, for tests that are skipped without them. */
import { findExecutable } from '../../../src/platform/runtimes/executables.ts';
import { run } from './fixture-app.ts';

export const hasTool = (name: string): boolean => findExecutable(name, process.env) !== undefined;

export async function works(command: string, ...args: readonly string[]): Promise<boolean> {
  const environment = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/' };
  try {
    return (await run({ command, args, cwd: '/', environment, onOutput: () => undefined })).exitCode === 0;
  } catch {
    return false;
  }
}
