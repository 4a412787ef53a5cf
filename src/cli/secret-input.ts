/** Where the values of secrets come from: a question, standard input or a file; never the command line. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { failure, messageOf } from '../errors.ts';
import { readEnvironmentFile } from './environment-flags.ts';
import type { Session } from './session.ts';

export interface SecretWish {
  readonly command: string;
  /** As they are on the command line. */
  readonly names: readonly string[];
  readonly file: string | undefined;
  readonly environmentFile: string | undefined;
}

type Values = Readonly<Record<string, string>>;

/** @throws AppcfgError `secret.in-arguments`, `usage.invalid`, `env-file.unreadable`, `env-file.invalid` */
export async function readSecrets(wish: SecretWish, session: Session): Promise<Values> {
  const { command, names, file, environmentFile } = wish;
  const given = names.find((name) => name.includes('='));
  if (given !== undefined) throw failure('secret.in-arguments', { name: given.slice(0, given.indexOf('=')) });
  const fromFile = environmentFile === undefined ? {} : readEnvironmentFile(environmentFile, session.workingDirectory);
  const [name, ...others] = names;
  if (name === undefined) {
    if (Object.keys(fromFile).length > 0) return fromFile;
    throw failure('usage.invalid', { command, reason: 'it needs the name of a secret, or --env-file' });
  }
  if (file !== undefined || !session.host.isInputTerminal) {
    if (others.length > 0) {
      const reason = 'one value is given, but several names; give several secrets with --env-file';
      throw failure('usage.invalid', { command, reason });
    }
    const value = file === undefined ? await session.host.readInput() : readValueFile(file, session.workingDirectory);
    // A file of one line ends with a line break that is none of the value.
    return { ...fromFile, [name]: value.replace(/\r?\n$/, '') };
  }
  return { ...fromFile, ...(await askEach(names, session)) };
}

/** A secret of one line. @param file `-`: standard input. @throws AppcfgError `secret.file-unreadable` */
export async function readSecretFrom(file: string, session: Session): Promise<string> {
  const text = file === '-' ? await session.host.readInput() : readValueFile(file, session.workingDirectory);
  return text.replace(/\r?\n$/, '');
}

async function askEach(names: readonly string[], session: Session): Promise<Values> {
  const asker = await session.host.createAsker(session.signal);
  const values: Record<string, string> = {};
  for (const name of names) values[name] = await asker.secret({ message: `Value of ${name}` });
  return values;
}

function readValueFile(file: string, workingDirectory: string): string {
  try {
    return readFileSync(resolve(workingDirectory, file), 'utf8');
  } catch (error) {
    throw failure('secret.file-unreadable', { file, reason: messageOf(error) });
  }
}
