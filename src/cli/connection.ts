/** Which backend a command talks to, and as whom. */
import { resolve } from 'node:path';
import type { Credentials } from '../credentials/credentials.ts';
import { failure } from '../errors.ts';
import type { Configuration } from './configuration/configuration.ts';
import { isLoopback, serverUrl } from './configuration/server-url.ts';

export interface Connection {
  readonly backend?: string;
  /** Without a slash at its end; undefined for the platform on this machine. */
  readonly server?: string;
  readonly token?: string;
  /** `--token`, `APPCFG_TOKEN`, `keyring`, `file`. */
  readonly tokenFrom?: string;
  /** Absolute. */
  readonly caFile?: string;
}

export interface ConnectionSources {
  readonly configuration: Configuration;
  readonly credentials: Credentials;
  readonly tokenFlag: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
}

/** @throws AppcfgError `sign-in.needed`, `server.not-encrypted`, `server.token-withheld`, what the keyring fails with */
export async function resolveConnection(sources: ConnectionSources): Promise<Connection> {
  const where = place(sources);
  if (where.server === undefined) return where;
  return { ...where, ...(await tokenOf(sources, where.server)) };
}

/** Where, without as whom. @throws AppcfgError `server.not-an-address`, `server.not-encrypted` */
export function place(sources: Pick<ConnectionSources, 'configuration' | 'workingDirectory'>): Connection {
  const { configuration, workingDirectory } = sources;
  const { backend, ca_cert: caFile } = configuration;
  // Servers and their tokens are those of platforms.
  if (backend !== undefined && backend.value !== 'platform') return { backend: backend.value };
  const server = requireServer(configuration.server?.value ?? '');
  return {
    ...(backend === undefined ? {} : { backend: backend.value }),
    ...(server === undefined ? {} : { server }),
    ...(caFile === undefined ? {} : { caFile: resolve(workingDirectory, caFile.value) }),
  };
}

/** Safe to send a token to; undefined for none. @throws AppcfgError `server.not-an-address`, `server.not-encrypted` */
export function requireServer(server: string): string | undefined {
  if (server === '') return undefined;
  const url = serverUrl(server);
  if (url === undefined) throw failure('server.not-an-address', { server });
  if (url.startsWith('http:') && !isLoopback(new URL(url))) throw failure('server.not-encrypted', { server: url });
  return url;
}

async function tokenOf(
  { configuration, credentials, tokenFlag, environment }: ConnectionSources,
  server: string,
): Promise<Pick<Connection, 'token' | 'tokenFrom'>> {
  if (tokenFlag !== undefined && tokenFlag !== '') return { token: tokenFlag, tokenFrom: '--token' };
  const given = environment.APPCFG_TOKEN?.trim();
  const isOfProject = configuration.server?.origin === 'project';
  if (given && !isOfProject) return { token: given, tokenFrom: 'APPCFG_TOKEN' };
  const found = await credentials.find(server);
  if (found !== undefined) return { token: found.token, tokenFrom: found.store };
  // Whoever wrote the project's file chose this server, and must not be sent what was meant for another.
  if (given) throw failure('server.token-withheld', { server, file: configuration.server?.from ?? '' });
  throw failure('sign-in.needed', { server });
}
