/** A screen that is drawn anew until somebody presses q: on the terminal's other screen, so that nothing is left behind. */
import type { Clock } from '../support/clock.ts';
import type { Host } from './host.ts';

export interface LiveScreen<T> {
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly everyMs: number;
  /** What is to be shown. */
  readonly look: () => Promise<T>;
  readonly draw: (found: T) => string;
  /** Any key but q and Ctrl-C; what was found last is drawn again after it. */
  readonly onKey: (key: string) => void;
}

const OTHER_SCREEN = '\u001b[?1049h\u001b[?25l';
const OWN_SCREEN = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** Ends with q, Ctrl-C or the signal, and throws what `look` throws. */
export async function liveScreen<T>(screen: LiveScreen<T>): Promise<void> {
  const { host, signal, clock, everyMs, look, draw, onKey } = screen;
  const leaving = new AbortController();
  const until = AbortSignal.any([signal, leaving.signal]);
  let found: T | undefined;
  const show = () => {
    if (found === undefined || until.aborted) return;
    const lines = draw(found).split('\n');
    host.stdout(`${HOME}${lines.map((line) => `${line}${CLEAR_LINE}`).join('\r\n')}${CLEAR_BELOW}`);
  };
  const stopKeys = host.onKey?.((key) => {
    if (key === 'q' || key === 'Q' || key === '\u0003') leaving.abort();
    else onKey(key);
    show();
  });
  host.stdout(OTHER_SCREEN);
  try {
    while (!until.aborted) {
      found = await look();
      show();
      await clock.sleep(everyMs, until).catch(() => undefined);
    }
  } finally {
    stopKeys?.();
    host.stdout(OWN_SCREEN);
  }
}
