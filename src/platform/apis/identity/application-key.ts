/** Each application's signing key: made at its first use, kept in the platform's state, readable by the platform only. */
import { createPrivateKey, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Clock } from '../../../support/clock.ts';
import { writeFileAtomically } from '../../atomic-file.ts';
import { selfSignedCertificate } from './certificate.ts';

export interface ApplicationKey {
  readonly name: string;
  readonly privateKey: KeyObject;
  /** PEM. */
  readonly certificate: string;
}

interface StoredKey {
  readonly name: string;
  readonly privateKey: string;
  readonly certificate: string;
}

const KEY_BITS = 2048;
const DAY_MS = 24 * 3600 * 1000;
/** Nothing renews it: it lasts longer than a platform. */
const VALID_MS = 20 * 365 * DAY_MS;

export class ApplicationKeys {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #keys = new Map<string, Promise<ApplicationKey>>();

  constructor(directory: string, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
  }

  /** Two that ask for a new one at once get the same. */
  of(application: string): Promise<ApplicationKey> {
    const known = this.#keys.get(application);
    if (known) return known;
    const key = this.#load(application);
    this.#keys.set(application, key);
    key.catch(() => this.#keys.delete(application));
    return key;
  }

  async #load(application: string): Promise<ApplicationKey> {
    const file = join(this.#directory, `${encodeURIComponent(application)}.json`);
    const stored = readStored(file) ?? (await this.#create(application, file));
    return { ...stored, privateKey: createPrivateKey(stored.privateKey) };
  }

  async #create(application: string, file: string): Promise<StoredKey> {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: KEY_BITS });
    const now = this.#clock.now();
    const certificate = selfSignedCertificate(privateKey, {
      commonName: application,
      notBefore: new Date(now - DAY_MS),
      notAfter: new Date(now + VALID_MS),
      serialNumber: Buffer.concat([Buffer.from([1]), randomBytes(15)]),
    });
    const name = randomBytes(20).toString('hex');
    const stored = { name, privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })), certificate };
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    writeFileAtomically(file, JSON.stringify(stored));
    return stored;
  }
}

function readStored(file: string): StoredKey | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as StoredKey;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
