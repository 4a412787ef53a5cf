/** The console: its files, and how a browser signs in. What it shows and changes goes through the tool's own API. */
import { z } from 'zod';
import { failure } from '../../errors.ts';
import { paths } from '../../protocol/extension.ts';
import type { Authenticator } from '../access/authenticator.ts';
import { anyone, signedIn } from '../access/route-access.ts';
import { readJson } from '../control/json-body.ts';
import type { Route } from '../control/route-table.ts';
import { consoleFileRoutes } from './console-files.ts';
import type { ConsoleSessions } from './console-sessions.ts';

const codeRequest = z.object({ createdBy: z.string().max(256) });
const sessionRequest = z.object({ code: z.string().max(256), token: z.string().max(1024) }).partial();

/** @param directory of the files that browsers get */
export function consoleRoutes(
  sessions: ConsoleSessions,
  authenticator: Authenticator,
  directory: string,
): readonly Route[] {
  return [
    ...consoleFileRoutes(directory),
    {
      method: 'POST',
      pattern: paths.consoleCode,
      access: signedIn,
      handler: async ({ message, caller }) => {
        const { createdBy } = await readJson(message, codeRequest);
        const name = caller.author(createdBy);
        const { tokenId } = caller;
        return sessions.newCode({ identity: { ...caller.identity, name }, ...(tokenId ? { tokenId } : {}) });
      },
    },
    {
      method: 'POST',
      pattern: paths.consoleSession,
      // What is in the body is the key: a code of 192 random bits, good once and for two minutes, or a token.
      access: anyone,
      handler: async ({ message, channel }) => {
        const { code, token } = await readJson(message, sessionRequest);
        if (token !== undefined) return sessions.begin(authenticator.signIn(token, channel));
        if (code !== undefined) return sessions.open(code);
        const request = `${message.method} ${message.url}`;
        throw failure('control.bad-request', { request, reason: 'it has neither code nor token' });
      },
    },
    {
      method: 'DELETE',
      pattern: paths.consoleSession,
      access: signedIn,
      handler: ({ message }) => {
        sessions.end((message.headers.authorization ?? '').slice('Bearer '.length));
        return {};
      },
    },
  ];
}
