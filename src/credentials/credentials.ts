/** The tokens that a person signed in with, by server: in the keyring where there is one, else in a file of theirs alone. */
import { join } from 'node:path';
import { failure } from '../errors.ts';
import type { Keyring } from './keyring.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';

export type StoreKind = 'keyring' | 'file';
export const storeKinds: readonly StoreKind[] = ['keyring', 'file'];

export interface FoundCredential {
  readonly token: string;
  readonly store: StoreKind;
}

export interface SavedCredential {
  readonly store: StoreKind;
  /** Why it is in a file although nobody asked for that. */
  readonly warning?: string;
}

/** A keyring can't be searched safely, so which accounts it has is kept here; tokens only where there is no keyring. */
interface Index {
  readonly servers: Readonly<Record<string, { readonly store: StoreKind; readonly token?: string }>>;
}

export interface CredentialsOptions {
  /** Of the user's settings. */
  readonly directory: string;
  readonly keyring: Keyring;
  /** undefined: the keyring where it works. */
  readonly wanted?: StoreKind | undefined;
}

export class Credentials {
  readonly #options: CredentialsOptions;
  readonly #file: string;

  constructor(options: CredentialsOptions) {
    this.#options = options;
    this.#file = join(options.directory, 'credentials.json');
  }

  /** @throws AppcfgError `credentials.keyring-silent` when it was stored there and does not come back */
  async find(server: string): Promise<FoundCredential | undefined> {
    const known = this.#index().servers[server];
    if (known === undefined) return undefined;
    if (known.store === 'file') return known.token === undefined ? undefined : { token: known.token, store: 'file' };
    const answer = await this.#options.keyring({ action: 'get', account: server });
    if ('value' in answer && typeof answer.value === 'string') return { token: answer.value, store: 'keyring' };
    // A locked keyring says the same as an empty one.
    const reason = 'problem' in answer ? answer.problem : 'it has no such entry, or is locked';
    throw failure('credentials.keyring-silent', { server, reason });
  }

  /** @throws AppcfgError `credentials.no-keyring` when only the keyring will do, `credentials.file-unusable` */
  async save(server: string, token: string): Promise<SavedCredential> {
    const { wanted } = this.#options;
    const problem = wanted === 'file' ? undefined : await this.#intoKeyring(server, token);
    if (wanted !== 'file' && problem === undefined) {
      this.#put(server, { store: 'keyring' });
      return { store: 'keyring' };
    }
    if (wanted === 'keyring') throw failure('credentials.no-keyring', { reason: problem ?? '' });
    this.#put(server, { store: 'file', token });
    if (problem === undefined) return { store: 'file' };
    const where = `so the token is in ${this.#file}, which only you can read.`;
    const warning = /\blocked\b/i.test(problem)
      ? `The keyring is locked, ${where} Unlock it and sign in again to keep the token there.`
      : `No keyring can be used here (${problem}), ${where}`;
    return { store: 'file', warning };
  }

  /** False when there was none. */
  async remove(server: string): Promise<boolean> {
    const { [server]: known, ...others } = this.#index().servers;
    if (known === undefined) return false;
    if (known.store === 'keyring') {
      const answer = await this.#options.keyring({ action: 'delete', account: server });
      if ('problem' in answer) throw failure('credentials.keyring-silent', { server, reason: answer.problem });
    }
    writePrivateFile(this.#file, { servers: others } satisfies Index);
    return true;
  }

  /** Servers that somebody is signed in to. */
  servers(): readonly string[] {
    return Object.keys(this.#index().servers).sort();
  }

  /** Why it did not work; undefined when it did. Read back: some keyrings take what they do not keep. */
  async #intoKeyring(server: string, token: string): Promise<string | undefined> {
    const { keyring } = this.#options;
    const saved = await keyring({ action: 'set', account: server, secret: token });
    if ('problem' in saved) return saved.problem;
    const found = await keyring({ action: 'get', account: server });
    if ('problem' in found) return found.problem;
    return found.value === token ? undefined : 'it does not give back what it was given';
  }

  #put(server: string, entry: Index['servers'][string]): void {
    writePrivateFile(this.#file, { servers: { ...this.#index().servers, [server]: entry } } satisfies Index);
  }

  #index(): Index {
    const value = readPrivateFile(this.#file) as Partial<Index> | undefined;
    const servers = value?.servers;
    if (servers !== undefined && (typeof servers !== 'object' || servers === null))
      throw failure('credentials.file-unusable', {
        file: this.#file,
        reason: 'it has another shape than appcfg gives it',
      });
    return { servers: { ...servers } };
  }
}
