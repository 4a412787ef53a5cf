/** The token that somebody signs in with: from a file, standard input, or a person. Never from the command line. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { failure } from '../errors.ts';
import type { Session } from './session.ts';

/** @throws AppcfgError `sign-in.no-token` */
export async function readToken(server: string, file: string | undefined, session: Session): Promise<string> {
  const text = await textOf(server, file, session);
  const token = text?.trim() ?? '';
  // One line: what else is in a file is no token, and must not become part of a header.
  if (!/^[\x21-\x7e]+$/.test(token)) throw failure('sign-in.no-token', {});
  return token;
}

async function textOf(server: string, file: string | undefined, session: Session): Promise<string | undefined> {
  if (file === '-') return session.host.readInput();
  if (file !== undefined) return readFileSync(resolve(session.workingDirectory, file), 'utf8');
  const { token } = session.flags;
  if (token !== undefined) return token;
  const given = session.host.environment.APPCFG_TOKEN;
  if (given) return given;
  const asker = await session.asker();
  if (asker !== undefined) return asker.secret({ message: `Token for ${server}` });
  return session.host.isInputTerminal ? undefined : session.host.readInput();
}
