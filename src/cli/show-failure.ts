/** The one place where a failure is shown: for people on standard error, for `--json` on standard output. */
import { type AppcfgError, failure, isAppcfgError, messageOf } from '../errors.ts';
import { wantsColour } from './colour.ts';
import type { Host } from './host.ts';
import { renderFailure } from './render/failure.ts';
import { colourStyle, plainStyle } from './render/style.ts';
import { createSourceLines } from './source-lines.ts';

/** Shows it and gives the exit code. */
export function showFailure(thrown: unknown, run: { readonly argv: readonly string[]; readonly host: Host }): number {
  const { argv, host } = run;
  const error = catalogued(thrown);
  const options = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  if (options.includes('--json')) {
    host.stdout(`${JSON.stringify({ error: error.toBody() }, null, 2)}\n`);
    return error.exitCode;
  }
  const hasColour = wantsColour(host.environment, host.isErrorTerminal, options.includes('--no-color'));
  const isTraceWanted = error.fault === 'bug' || isSet(host.environment.APPCFG_DEBUG);
  const text = renderFailure({
    body: error,
    style: hasColour ? colourStyle : plainStyle,
    sourceLine: createSourceLines(host.workingDirectory),
    ...(isTraceWanted ? { stack: stackOf(error) } : {}),
  });
  host.stderr(`${text}\n`);
  return error.exitCode;
}

/** What is not in the catalogue is either the operating system's refusal or our bug. */
export function catalogued(thrown: unknown): AppcfgError {
  if (isAppcfgError(thrown)) return thrown;
  const system = thrown as { readonly syscall?: unknown; readonly path?: unknown; readonly code?: unknown };
  if (thrown instanceof Error && typeof system.syscall === 'string' && typeof system.code === 'string') {
    const what = typeof system.path === 'string' ? `to ${system.syscall} ${system.path}` : `to ${system.syscall}`;
    return failure('system.failed', { what, reason: reasons[system.code] ?? system.code }, { cause: thrown });
  }
  return failure('internal', { reason: messageOf(thrown) }, { cause: thrown });
}

/** The sentences that people see most often. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device (ENOSPC)',
  EDQUOT: 'the disk quota is used up (EDQUOT)',
  EACCES: 'permission denied (EACCES)',
  EPERM: 'operation not permitted (EPERM)',
  ENOENT: 'there is no such file or directory (ENOENT)',
  EMFILE: 'too many open files (EMFILE)',
  EROFS: 'the file system is read-only (EROFS)',
};

function stackOf(error: AppcfgError): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  return cause.stack ?? cause.message;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0';
}
