/** Progress drawn on a terminal with listr2: a row a phase, below it a row a module, bytes, files and elapsed time. */
import type { DeployPhase, ProgressEvent } from '../../progress/event.ts';
import type { Clock } from '../../support/clock.ts';
import { moduleLiveLine, renderProgressLine, uploadLine, versionPhaseText } from '../render/progress-line.ts';
import { bytes, count } from '../render/quantity.ts';
import { renderWarning } from '../render/warning.ts';
import type { CommandReporter } from './command-reporter.ts';
import { createPhaseDrawing, type PhaseDrawing } from './phase-drawing.ts';
import type { LineReporterOptions } from './plain.ts';

export interface InteractiveReporterOptions extends LineReporterOptions {
  readonly clock: Clock;
  readonly stream: NodeJS.WriteStream;
}

export function createInteractiveReporter(options: InteractiveReporterOptions): CommandReporter {
  let current: { readonly phase: DeployPhase; readonly drawing: PhaseDrawing } | undefined;
  // Phases are drawn one after the other; what is printed in between waits for its turn.
  let tail: Promise<void> = Promise.resolve();
  const print = (line: string) => {
    tail = tail.then(() => options.write(line));
  };
  const end = (outcome: 'succeeded' | 'failed', detail?: string) => {
    current?.drawing.end(outcome, detail);
    current = undefined;
  };
  const start = (event: Extract<ProgressEvent, { type: 'phase-started' }>) => {
    end('succeeded');
    const drawing = createPhaseDrawing({ label: event.label, clock: options.clock, stream: options.stream });
    current = { phase: event.phase, drawing };
    tail = tail.then(() => drawing.draw());
  };
  return {
    event: (event) => {
      for (const line of renderWarning(event, options.style)) print(line);
      if (event.type === 'phase-started') return start(event);
      if (event.type === 'phase-finished') return end('succeeded', event.detail);
      if (event.type === 'phase-failed') return end('failed');
      if (current === undefined || !drawInto(current.drawing, event, options)) {
        const line = renderProgressLine(event, options.style, options.isVerbose);
        if (line !== undefined) print(line);
      }
    },
    confirm: async (question) => {
      await tail;
      return options.confirm(question);
    },
    close: async (outcome) => {
      end(outcome);
      await tail;
    },
  };
}

/** False when the event has no place in the drawing. */
function drawInto(drawing: PhaseDrawing, event: ProgressEvent, options: InteractiveReporterOptions): boolean {
  switch (event.type) {
    case 'module-packaged':
      drawing.row(keyOf(event), `${keyOf(event)}  ${count(event.files, 'file')}, ${bytes(event.bytes)}`);
      return true;
    case 'upload-progress':
      drawing.row('upload', uploadLine(event));
      return true;
    case 'module-live':
      drawing.row(keyOf(event), moduleLiveLine(event, options.style));
      return true;
    case 'operation':
      if (event.event.type === 'version-phase') {
        drawing.row(keyOf(event.event), `${keyOf(event.event)}  ${versionPhaseText(event.event)}`);
      }
      return true;
    case 'phase-started':
    case 'phase-finished':
    case 'phase-failed':
    case 'diagnostics':
    case 'warning':
    case 'note':
      return false;
  }
}

function keyOf(event: { readonly module: string; readonly version: string }): string {
  return `${event.module}:${event.version}`;
}
