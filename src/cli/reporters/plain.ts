/** One line an event, without timestamps or cursor movement: for logs, pipes and continuous integration. */
import type { ProgressEvent } from '../../progress/event.ts';
import { renderProgressLine } from '../render/progress-line.ts';
import type { Style } from '../render/style.ts';
import { renderWarning } from '../render/warning.ts';
import type { Answers } from './answers.ts';
import type { CommandReporter } from './command-reporter.ts';

export interface LineReporterOptions {
  readonly write: (line: string) => void;
  readonly style: Style;
  readonly confirm: Answers;
  /** Also what builds and instances print while they start. */
  readonly isVerbose: boolean;
}

export function createPlainReporter(options: LineReporterOptions): CommandReporter {
  const isWorthALine = uploadSteps();
  return {
    event: (event) => {
      for (const line of renderWarning(event, options.style)) options.write(line);
      if (!isWorthALine(event)) return;
      const line = renderProgressLine(event, options.style, options.isVerbose);
      if (line !== undefined) options.write(line);
    },
    confirm: options.confirm,
    close: async () => {},
  };
}

/** Upload progress comes many times a second; a log gets a line each quarter of the bytes. */
function uploadSteps(): (event: ProgressEvent) => boolean {
  let quarter = 0;
  return (event) => {
    if (event.type !== 'upload-progress') return true;
    const reached = Math.floor((event.bytes / Math.max(1, event.totalBytes)) * 4);
    if (reached <= quarter || reached >= 4) return false;
    quarter = reached;
    return true;
  };
}
