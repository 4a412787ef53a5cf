/** The journal of an application: one object in a bucket, changed by whoever read it last, all others read it again. */
import { failure, isAppcfgError, messageOf } from '../../errors.ts';
import type { Clock } from '../../support/clock.ts';
import type { Bucket } from './bucket.ts';
import { emptyJournal, type JournalState, pruned } from './journal-state.ts';
import { isTransient, statusOf } from './refusal.ts';

const NAME = 'appcfg/journal.json';
const MOST_ATTEMPTS = 12;

interface Call {
  readonly signal?: AbortSignal | undefined;
}

export class Journal {
  readonly #bucket: Bucket;
  readonly #clock: Clock;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(bucket: Bucket, clock: Clock) {
    this.#bucket = bucket;
    this.#clock = clock;
  }

  async read(call: Call = {}): Promise<JournalState> {
    return (await this.#load(call)).state;
  }

  /**
   * @param change may be called several times, each time with what is there then; undefined leaves it as it is
   * @returns what is there afterwards
   */
  update(change: (state: JournalState) => JournalState | undefined, call: Call = {}): Promise<JournalState> {
    // Changes of this process in turn: against one another they would only make each other wait.
    const mine = this.#turn.then(() => this.#update(change, call));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #update(change: (state: JournalState) => JournalState | undefined, call: Call): Promise<JournalState> {
    for (let attempt = 1; ; attempt += 1) {
      const { state, generation } = await this.#load(call);
      const next = change(state);
      if (next === undefined) return state;
      try {
        await this.#bucket.write(NAME, Buffer.from(JSON.stringify(pruned(next))), { ...call, generation });
        return next;
      } catch (error) {
        const isRepeatable = statusOf(error) === 412 || statusOf(error) === 409 || isTransient(error);
        if (!isRepeatable || attempt === MOST_ATTEMPTS) throw error;
        // Not all at the same moment again, and after a lost answer it may be what was just written: change() sees that.
        await this.#clock.sleep(20 * attempt + Math.random() * 50, call.signal);
      }
    }
  }

  async #load(call: Call): Promise<{ readonly state: JournalState; readonly generation: string }> {
    const found = await this.#bucket.read(NAME, call);
    if (!found) return { state: emptyJournal, generation: '0' };
    return { state: parsed(found.bytes, this.#bucket.name), generation: found.generation };
  }
}

function parsed(bytes: Buffer, bucket: string): JournalState {
  const request = `the record of releases (${bucket}/${NAME})`;
  try {
    const state = JSON.parse(bytes.toString('utf8')) as Partial<JournalState>;
    if (state.format === 1) return { ...emptyJournal, ...state, format: 1 };
    throw failure('backend.protocol', { backend: 'google', request, reason: 'it is of a newer appcfg' });
  } catch (error) {
    if (isAppcfgError(error)) throw error;
    throw failure('backend.protocol', { backend: 'google', request, reason: messageOf(error) }, { cause: error });
  }
}
