/** Which reporter suits this run: what was asked for, and who is watching. */

import { wantsColour } from '../colour.ts';
import type { GlobalFlags } from '../flags.ts';
import { type Host, isContinuousIntegration } from '../host.ts';
import { colourStyle, plainStyle } from '../render/style.ts';
import { createAnswers } from './answers.ts';
import type { CommandReporter } from './command-reporter.ts';
import { createInteractiveReporter } from './interactive.ts';
import { createPlainReporter } from './plain.ts';
import { createSilentReporter } from './silent.ts';

/** Columns. */
const NARROWEST = 40;

export function chooseReporter(host: Host, flags: GlobalFlags, signal: AbortSignal): CommandReporter {
  const style = wantsColour(host.environment, host.isErrorTerminal, flags['no-color']) ? colourStyle : plainStyle;
  const confirm = createAnswers(host, flags, signal);
  const options = { write: (line: string) => host.stderr(`${line}\n`), style, confirm, isVerbose: flags.verbose };
  if (flags.json) return createSilentReporter({ ...options, showsWarnings: false });
  if (flags.quiet) return createSilentReporter({ ...options, showsWarnings: true });
  return canDraw(host) && !flags.verbose
    ? createInteractiveReporter({ ...options, clock: host.clock, stream: host.errorStream })
    : createPlainReporter(options);
}

/** Where a person watches on something that can move a cursor and has room. Serial lines say that they have no width. */
function canDraw(host: Host): boolean {
  if (!host.isErrorTerminal || isContinuousIntegration(host.environment)) return false;
  return host.environment.TERM !== 'dumb' && host.columns >= NARROWEST;
}
