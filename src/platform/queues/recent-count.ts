/** Counts what happened in the last minute, in slots of a second. */

const SLOTS = 60;

export class RecentCount {
  readonly #slots = new Map<number, number>();

  /** @param nowMs of a clock that only grows */
  add(nowMs: number): void {
    const slot = Math.floor(nowMs / 1000);
    this.#slots.set(slot, (this.#slots.get(slot) ?? 0) + 1);
    this.#forget(slot);
  }

  total(nowMs: number): number {
    this.#forget(Math.floor(nowMs / 1000));
    let sum = 0;
    for (const count of this.#slots.values()) sum += count;
    return sum;
  }

  #forget(current: number): void {
    for (const slot of this.#slots.keys()) {
      if (slot > current - SLOTS) break;
      this.#slots.delete(slot);
    }
  }
}
