/** Named places in the memory backend where a test makes it fail or wait. */

export type Checkpoint =
  | 'describe'
  | 'files.missing'
  | 'files.put'
  | 'change.accept'
  | 'release.start'
  | 'release.live'
  | 'operations.wait';

export interface Hold {
  /** Resolves when the backend has come to the checkpoint. */
  readonly reached: Promise<void>;
  release(): void;
}

export class Checkpoints {
  readonly #faults = new Map<Checkpoint, Error[]>();
  readonly #holds = new Map<Checkpoint, { readonly reach: () => void; readonly released: Promise<void> }>();

  /** The next passage of this checkpoint throws; called again, the one after it too. */
  fail(checkpoint: Checkpoint, error: Error): void {
    this.#faults.set(checkpoint, [...(this.#faults.get(checkpoint) ?? []), error]);
  }

  /** The next passage of this checkpoint waits. */
  hold(checkpoint: Checkpoint): Hold {
    let reach = () => {};
    let release = () => {};
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#holds.set(checkpoint, { reach, released });
    return { reached, release };
  }

  async pass(checkpoint: Checkpoint): Promise<void> {
    const hold = this.#holds.get(checkpoint);
    if (hold) {
      this.#holds.delete(checkpoint);
      hold.reach();
      await hold.released;
    }
    const [error, ...others] = this.#faults.get(checkpoint) ?? [];
    if (error === undefined) return;
    this.#faults.set(checkpoint, others);
    throw error;
  }
}
