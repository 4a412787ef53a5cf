/** One phase of a deploy as a listr2 task with rows below it. */
import type { Clock } from '../../support/clock.ts';
import { duration } from '../render/quantity.ts';

export interface PhaseDrawing {
  /** Draws until `end` was called, and leaves the last state on the screen. */
  draw(): Promise<void>;
  /** Sets the text of a row; rows keep the order in which they first came. */
  row(key: string, text: string): void;
  end(outcome: 'succeeded' | 'failed', detail?: string): void;
}

interface Canvas {
  title: string;
  output: string;
}

const TICK_MS = 1000;

export function createPhaseDrawing(options: {
  readonly label: string;
  readonly clock: Clock;
  readonly stream: NodeJS.WriteStream;
}): PhaseDrawing {
  const { label, clock, stream } = options;
  const rows = new Map<string, string>();
  const startedAt = clock.monotonicMs();
  const elapsed = () => duration(clock.monotonicMs() - startedAt);
  let title = label;
  let canvas: Canvas | undefined;
  let stopTicking = () => {};
  let settle: (outcome: 'succeeded' | 'failed') => void = () => {};
  const ended = new Promise<'succeeded' | 'failed'>((resolve) => {
    settle = resolve;
  });
  const refresh = () => {
    if (canvas === undefined) return;
    canvas.title = title;
    if (rows.size > 0) canvas.output = [...rows.values()].join('\n');
  };
  const tick = () => {
    title = `${label} (${elapsed()})`;
    refresh();
    stopTicking = clock.after(TICK_MS, tick, { isBackground: true });
  };
  return {
    draw: async () => {
      const task = async (given: Canvas) => {
        canvas = given;
        refresh();
        if ((await ended) === 'failed') throw new Error(title);
      };
      stopTicking = clock.after(TICK_MS, tick, { isBackground: true });
      await drawWithListr(title, task, stream, ended);
    },
    row: (key, text) => {
      rows.set(key, text);
      refresh();
    },
    end: (outcome, detail) => {
      stopTicking();
      title = `${label}${detail === undefined ? '' : `: ${detail}`} (${elapsed()})`;
      refresh();
      settle(outcome);
    },
  };
}

async function drawWithListr(
  title: string,
  task: (canvas: Canvas) => Promise<void>,
  stream: NodeJS.WriteStream,
  ended: Promise<unknown>,
): Promise<void> {
  const { DefaultRenderer, Listr, ListrLogger, ProcessOutput } = await import('listr2');
  // listr2 looks at standard output; whether to draw on this stream was decided by whoever chose this reporter.
  const renderer = class extends DefaultRenderer {
    static override readonly nonTTY = true;
  };
  const logger = new ListrLogger({ useIcons: true, toStderr: [], processOutput: new ProcessOutput(stream, stream) });
  const list = new Listr(
    [{ title, task: (_context, canvas) => task(canvas), rendererOptions: { persistentOutput: true } }],
    {
      renderer,
      // Ctrl-C is ours: a use case cleans up first.
      registerSignalListeners: false,
      rendererOptions: { logger },
    },
  );
  // A failed phase is told by its error, later and once.
  await list.run().catch(() => undefined);
  await ended;
}
