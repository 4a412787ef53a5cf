/** Bytes that came and were not asked for yet. */

export class ReceiveBuffer {
  readonly #chunks: Uint8Array[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  /** Up to `limit` bytes, which stay when only looked at. */
  read(limit: number, isPeek: boolean): Uint8Array {
    const taken: Uint8Array[] = [];
    let missing = Math.min(limit, this.#size);
    for (const chunk of this.#chunks) {
      if (missing === 0) break;
      const part = chunk.subarray(0, missing);
      taken.push(part);
      missing -= part.length;
    }
    const data = Buffer.concat(taken);
    if (!isPeek) this.#drop(data.length);
    return data;
  }

  clear(): void {
    this.#drop(this.#size);
  }

  #drop(size: number): void {
    this.#size -= size;
    let rest = size;
    while (rest > 0) {
      const first = this.#chunks[0] as Uint8Array;
      if (first.length > rest) {
        this.#chunks[0] = first.subarray(rest);
        return;
      }
      this.#chunks.shift();
      rest -= first.length;
    }
  }
}
