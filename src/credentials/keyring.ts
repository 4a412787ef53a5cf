/** The operating system's keyring, through keytar in a child process: it may hang or crash, and can then be ended. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';

export type KeyringRequest =
  | { readonly action: 'get' | 'delete'; readonly account: string }
  | { readonly action: 'set'; readonly account: string; readonly secret: string };

/** `problem`: why this machine's keyring can't be used. */
export type KeyringAnswer = { readonly value: string | boolean | null } | { readonly problem: string };

export type Keyring = (request: KeyringRequest) => Promise<KeyringAnswer>;

/** The name that keyrings show their owner. */
const SERVICE = 'appcfg';
const PATIENCE_MS = 5000;
/** All that a keyring needs: whose session it is. Nothing of ours, tokens least of all. */
const inherited =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|XDG_.*|DBUS_.*|DISPLAY|WAYLAND_DISPLAY|SystemRoot|APPDATA|LOCALAPPDATA|TEMP)$/;

export interface KeyringOptions {
  /** `bin/run.js`: the program of the child is beside it. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For a person to answer the keyring's own question no time is left: it has to be unlocked. */
  readonly patienceMs?: number;
}

export function systemKeyring({ program, environment, patienceMs = PATIENCE_MS }: KeyringOptions): Keyring {
  return (request) =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [join(dirname(program), 'keyring.mjs')], {
        env: Object.fromEntries(Object.entries(environment).filter(([name]) => inherited.test(name))),
        stdio: ['pipe', 'pipe', 'ignore'],
        timeout: patienceMs,
        killSignal: 'SIGKILL',
      });
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      child.once('error', (error) => resolve({ problem: error.message }));
      child.once('close', (_, signal) => resolve(answerOf(text, signal)));
      // A child that died before it read: what it said or did not say is in `close`.
      child.stdin.on('error', () => {});
      child.stdin.end(JSON.stringify({ service: SERVICE, ...request }));
    });
}

function answerOf(text: string, signal: string | null): KeyringAnswer {
  try {
    return JSON.parse(text) as KeyringAnswer;
  } catch {
    const isLate = signal === 'SIGKILL';
    return { problem: isLate ? 'the keyring does not answer' : 'the program that asks the keyring crashed' };
  }
}
