/**
 * A program's environment as a shell script, read from standard input by `sh -s -- PROGRAM ARGUMENTS`.
 *
 * The wrappers before the program (joining limits, the sandbox, the change of user) have more rights than it, and the
 * application chooses its environment: with LD_PRELOAD in theirs they would run its code. On a command line every
 * user of the machine could read it. So they run with an empty one, and the last shell sets it.
 */

export type Variables = Readonly<Record<string, string>>;

/** What the wrappers start with: nothing that the application chose. */
const WRAPPER_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function wrapperEnvironment(marks: Variables): Variables {
  return { PATH: WRAPPER_PATH, ...marks };
}

/** What reads the script: to be run with the program and its arguments behind it. */
export const scriptReader: readonly string[] = ['/bin/sh', '-s', '--'];

/** @throws Error for a value that no program can have in its environment */
export function programScript(environment: Variables): string {
  const lines: string[] = [];
  const odd: string[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (name.includes('\0') || value.includes('\0') || name === '' || name.includes('='))
      throw new Error(`the environment variable ${JSON.stringify(name)} can't be set`);
    if (isExportable(name)) lines.push(`export ${name}=${quoted(value)}`);
    else odd.push(quoted(`${name}=${value}`));
  }
  const unwanted = ['PATH', 'PWD', 'OLDPWD'].filter((name) => !Object.hasOwn(environment, name));
  if (unwanted.length > 0) lines.push(`unset ${unwanted.join(' ')}`);
  const setOdd = odd.length > 0 ? `/usr/bin/env ${odd.join(' ')} ` : '';
  lines.push(`exec ${setOdd}"$@" </dev/null`);
  return `${lines.join('\n')}\n`;
}

/** Names that a shell can't assign, or to which it gives a meaning of its own (dash, bash, busybox). */
function isExportable(name: string): boolean {
  return (
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) &&
    !/^(?:_|IFS|OPT\w+|LINENO|E?UID|PPID|SHELLOPTS|BASH\w*|ENV|PS\d)$/.test(name)
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
