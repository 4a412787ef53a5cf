/** For --json and --quiet: no progress. With --quiet warnings still come through. */
import { renderWarning } from '../render/warning.ts';
import type { CommandReporter } from './command-reporter.ts';
import type { LineReporterOptions } from './plain.ts';

export function createSilentReporter(
  options: LineReporterOptions & { readonly showsWarnings: boolean },
): CommandReporter {
  return {
    event: (event) => {
      if (!options.showsWarnings) return;
      for (const line of renderWarning(event, options.style)) options.write(line);
    },
    confirm: options.confirm,
    close: async () => {},
  };
}
