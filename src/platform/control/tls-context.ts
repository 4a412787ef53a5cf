/** The control API's certificate: modern TLS only, and read again when its files change or on SIGHUP. */
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import { failure, messageOf } from '../../errors.ts';
import type { Clock } from '../../support/clock.ts';

/** TLS 1.3, and of 1.2 only what has forward secrecy and authenticated encryption (Mozilla's "intermediate"). */
const ciphers = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ...['ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
].join(':');

/** A renewed certificate is in use after this time at the latest. */
const LOOK_EVERY_MS = 60_000;

export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

export class TlsContext {
  readonly #files: TlsFiles;
  readonly #clock: Clock;
  readonly #listeners = new Set<(options: SecureContextOptions) => void>();
  #options: SecureContextOptions;
  #seen: string;
  #cancelLooking: () => void;

  /** @throws AppcfgError `platform.bad-certificate` */
  constructor(files: TlsFiles, clock: Clock) {
    this.#files = files;
    this.#clock = clock;
    this.#seen = stateOf(files);
    this.#options = read(files, clock.now());
    this.#cancelLooking = this.#lookLater();
  }

  get options(): SecureContextOptions {
    return this.#options;
  }

  /** Calls back with every new certificate; the result stops that. */
  onReload(listener: (options: SecureContextOptions) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What can't be used leaves the old one in use, and is said in the log once. */
  reload(): void {
    // Looked at before it is read: where one of the two files is written and the other not yet, it changes again.
    this.#seen = stateOf(this.#files);
    try {
      this.#options = read(this.#files, this.#clock.now());
    } catch (error) {
      process.emitWarning(`${messageOf(error)} The certificate that was read before stays in use.`);
      return;
    }
    for (const listener of this.#listeners) listener(this.#options);
  }

  close(): void {
    this.#cancelLooking();
  }

  #lookLater(): () => void {
    return this.#clock.after(
      LOOK_EVERY_MS,
      () => {
        this.#cancelLooking = this.#lookLater();
        if (stateOf(this.#files) !== this.#seen) this.reload();
      },
      { isBackground: true },
    );
  }
}

function stateOf({ certificateFile, keyFile }: TlsFiles): string {
  return [certificateFile, keyFile]
    .map((file) => {
      const state = statSync(file, { throwIfNoEntry: false });
      return state === undefined ? '-' : `${state.ino} ${state.size} ${state.ctimeMs}`;
    })
    .join();
}

function read({ certificateFile, keyFile }: TlsFiles, now: number): SecureContextOptions {
  const cert = readPem(certificateFile);
  const key = readPem(keyFile);
  const certificate = parsed(certificateFile, () => new X509Certificate(cert));
  const privateKey = parsed(keyFile, () => createPrivateKey(key));
  const isPair = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  if (!isPair.equals(certificate.publicKey.export({ type: 'spki', format: 'der' })))
    throw failure('platform.bad-certificate', { file: keyFile, reason: `it is not the key of ${certificateFile}` });
  if (Date.parse(certificate.validTo) < now)
    process.emitWarning(`The certificate in ${certificateFile} expired on ${certificate.validTo}.`);
  return { cert, key, minVersion: 'TLSv1.2', ciphers, honorCipherOrder: true };
}

function readPem(file: string): Buffer {
  return parsed(file, () => readFileSync(file));
}

function parsed<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw failure('platform.bad-certificate', { file, reason: messageOf(error) }, { cause: error });
  }
}
