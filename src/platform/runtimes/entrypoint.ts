/** A yaml file's `entrypoint:` as a program to start: the shell expands $PORT and leaves the scene where it can. */

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** Characters and words that make more of a line than one simple command, so that `exec` would change its meaning. */
const compound = /[;&|<>(){}\n`]/;
const shellWords = new Set([
  '.',
  'cd',
  'case',
  'eval',
  'exec',
  'export',
  'for',
  'if',
  'set',
  'source',
  'ulimit',
  'umask',
  'until',
  'while',
  '!',
]);

export function shellProgram(line: string): Program {
  return { command: '/bin/sh', args: ['-c', withExec(line)] };
}

/** One process less, and signals reach the program itself. */
export function withExec(line: string): string {
  const [first = ''] = line.trim().split(/\s+/);
  const isSimple = !compound.test(line) && !first.includes('=') && !shellWords.has(first);
  return isSimple ? `exec ${line.trim()}` : line;
}
