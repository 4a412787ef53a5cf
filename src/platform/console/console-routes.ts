/** The console: its files, and how a browser signs in. What it shows and changes goes through the tool's own API. */
import { z } from 'zod';
import { paths } from '../../protocol/extension.ts';
import { readJson } from '../control/json-body.ts';
import type { Route } from '../control/route-table.ts';
import { consoleFileRoutes } from './console-files.ts';
import type { ConsoleSessions } from './console-sessions.ts';

const codeRequest = z.object({ createdBy: z.string().max(256) });
const sessionRequest = z.object({ code: z.string().max(256) });

/** @param directory of the files that browsers get */
export function consoleRoutes(sessions: ConsoleSessions, directory: string): readonly Route[] {
  return [
    ...consoleFileRoutes(directory),
    {
      method: 'POST',
      pattern: paths.consoleCode,
      handler: async ({ message }) => sessions.newCode((await readJson(message, codeRequest)).createdBy),
    },
    {
      method: 'POST',
      pattern: paths.consoleSession,
      // The code is the key: 192 random bits, good once and for two minutes.
      isPublic: true,
      handler: async ({ message }) => sessions.open((await readJson(message, sessionRequest)).code),
    },
    {
      method: 'DELETE',
      pattern: paths.consoleSession,
      handler: ({ message }) => {
        sessions.end((message.headers.authorization ?? '').slice('Bearer '.length));
        return {};
      },
    },
  ];
}
