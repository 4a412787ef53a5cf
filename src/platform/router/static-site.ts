/** The files of one deployment, looked up once: a deployment never changes. */
import { realpathSync } from 'node:fs';
import { digestOf } from '../../support/digest.ts';
import { type FoundFile, findFile } from './static-path.ts';

/** Missing names come from outside and are without end: bounded. */
const REMEMBERED_MISSES = 1024;

export interface SiteFile extends FoundFile {
  /** Strong, with its quotes. */
  readonly etag: string;
}

export class StaticSite {
  readonly #deploymentId: string;
  readonly #directory: string;
  readonly #files = new Map<string, SiteFile>();
  readonly #misses = new Map<string, 'missing' | 'unreadable'>();
  #root: string | undefined;

  constructor(deploymentId: string, directory: string) {
    this.#deploymentId = deploymentId;
    this.#directory = directory;
  }

  find(path: string): SiteFile | 'missing' | 'unreadable' {
    const known = this.#files.get(path) ?? this.#misses.get(path);
    if (known !== undefined) return known;
    const root = this.#realRoot();
    const found = root === undefined ? 'missing' : findFile(root, path);
    if (typeof found === 'string') {
      if (this.#misses.size >= REMEMBERED_MISSES) this.#misses.clear();
      this.#misses.set(path, found);
      return found;
    }
    const file = { ...found, etag: `"${digestOf(`${this.#deploymentId}\n${path}`).slice(0, 20)}"` };
    this.#files.set(path, file);
    return file;
  }

  has(path: string): boolean {
    return typeof this.find(path) !== 'string';
  }

  #realRoot(): string | undefined {
    try {
      this.#root ??= realpathSync.native(this.#directory);
    } catch {
      // Not materialised: no file of it can be served.
    }
    return this.#root;
  }
}
