/** After a request lost its connection: perhaps only that request, perhaps the server stopped listening while its process lives. */
import type { Clock } from '../../support/clock.ts';
import { accepts } from './start-watch.ts';

/** If the process died, its exit is known by then, and is the better reason. */
const DELAY_MS = 250;

export class PortCheck {
  readonly #clock: Clock;
  readonly #onClosed: (port: number) => void;
  #isDue = false;

  constructor(clock: Clock, onClosed: (port: number) => void) {
    this.#clock = clock;
    this.#onClosed = onClosed;
  }

  /** Once for any number of calls in the meantime. */
  soon(host: string, port: number): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const check = () => {
      void accepts(host, port).then((isOpen) => {
        this.#isDue = false;
        if (!isOpen) this.#onClosed(port);
      });
    };
    this.#clock.after(DELAY_MS, check, { isBackground: true });
  }
}
