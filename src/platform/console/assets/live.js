/** Looks again while the page is open and seen. */
import { complain } from './notice.js';

/**
 * Runs `look` now and every `everyMs` after it ended, until the signal aborts; a failure is told once.
 * @returns a function that looks at once
 */
export async function keepLooking(look, { everyMs, signal }) {
  let isFailing = false;
  const once = async () => {
    try {
      await look();
      isFailing = false;
    } catch (error) {
      if (signal.aborted) return;
      if (!isFailing) complain(error);
      isFailing = true;
    }
  };
  await once();
  let timer;
  const again = () => {
    timer = setTimeout(async () => {
      if (!document.hidden) await once();
      if (!signal.aborted) again();
    }, everyMs);
  };
  if (!signal.aborted) again();
  signal.addEventListener('abort', () => clearTimeout(timer));
  return once;
}
