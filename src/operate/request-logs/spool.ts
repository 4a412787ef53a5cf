/** Keeps pages of text that come last first, outside of memory, and gives them back in their order. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Spool {
  readonly #folder: string;
  readonly #file: number;
  readonly #pages: { readonly offset: number; readonly bytes: number }[] = [];
  #bytes = 0;

  constructor() {
    // Readable only by this user, as logs are.
    this.#folder = mkdtempSync(join(tmpdir(), 'appcfg-logs-'));
    this.#file = openSync(join(this.#folder, 'pages'), 'wx+', 0o600);
  }

  add(page: string): void {
    const content = Buffer.from(page);
    for (let written = 0; written < content.length; ) {
      written += writeSync(this.#file, content, written, content.length - written, this.#bytes + written);
    }
    this.#pages.push({ offset: this.#bytes, bytes: content.length });
    this.#bytes += content.length;
  }

  /** The page that came last first. */
  *pages(): Generator<string> {
    for (const { offset, bytes } of this.#pages.toReversed()) {
      const content = Buffer.alloc(bytes);
      for (let read = 0; read < bytes; ) {
        const count = readSync(this.#file, content, read, bytes - read, offset + read);
        if (count === 0) break;
        read += count;
      }
      yield content.toString();
    }
  }

  dispose(): void {
    closeSync(this.#file);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
