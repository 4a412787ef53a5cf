/** Logins for Google Cloud: found as Google's own tools find them. The library for them is loaded on first use. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { AuthClient } from 'google-auth-library';
import { failure, messageOf } from '../../errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** An access token and where it came from. */
export interface Login {
  /** For people: `the service account key key.json`. */
  readonly source: string;
  /** Fresh ones are fetched when they run out. @throws AppcfgError `google.no-login`, `google.login-refused` */
  token(): Promise<string>;
  /** Tokens of Google stay at Google; one that was given as such may go to this machine's own servers. */
  readonly isGiven: boolean;
}

const SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];
const IMPERSONATED_SECONDS = 3600;

/** undefined: no login at all, as gcloud's own variable wants it. */
export function googleLogin(environment: Environment): Login | undefined {
  const { APPCFG_GOOGLE_ACCESS_TOKEN: token, CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: file } = environment;
  if (token) return { source: 'APPCFG_GOOGLE_ACCESS_TOKEN', isGiven: true, token: async () => token };
  if (file) return { source: `the token file ${file}`, isGiven: true, token: async () => tokenIn(file) };
  if (/^(1|true|yes)$/i.test(environment.CLOUDSDK_AUTH_DISABLE_CREDENTIALS ?? '')) return undefined;
  return libraryLogin(environment);
}

function tokenIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw failure('google.no-login', { reason: `the token file can't be read (${messageOf(error)}).` });
  }
}

function libraryLogin(environment: Environment): Login {
  const found = credentialsFile(environment);
  const target = environment.APPCFG_GOOGLE_IMPERSONATE || environment.CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT;
  let client: Promise<AuthClient> | undefined;
  return {
    source: [found?.source ?? "the machine's own service account", ...(target ? [`acting as ${target}`] : [])].join(
      ', ',
    ),
    isGiven: false,
    token: async () => {
      client ??= openClient(found?.file, target);
      const opened = await client.catch((error: unknown) => {
        client = undefined;
        throw failure('google.no-login', { reason: messageOf(error) });
      });
      const { token } = await opened.getAccessToken().catch((error: unknown) => {
        throw failure('google.login-refused', { reason: messageOf(error) });
      });
      if (!token) throw failure('google.login-refused', { reason: 'no access token came back.' });
      return token;
    },
  };
}

async function openClient(keyFilename: string | undefined, target: string | undefined): Promise<AuthClient> {
  const { GoogleAuth, Impersonated } = await import('google-auth-library');
  const auth = new GoogleAuth({ scopes: SCOPES, ...(keyFilename === undefined ? {} : { keyFilename }) });
  const sourceClient = (await auth.getClient()) as AuthClient;
  if (!target) return sourceClient;
  // A chain of accounts, the last one first acted as: gcloud writes them with commas.
  const [targetPrincipal = target, ...delegates] = target.split(',').reverse();
  return new Impersonated({
    sourceClient,
    targetPrincipal,
    delegates: delegates.reverse(),
    targetScopes: SCOPES,
    lifetime: IMPERSONATED_SECONDS,
  });
}

interface FoundFile {
  readonly file: string;
  readonly source: string;
}

/** The order of Google's libraries; the login of gcloud itself comes before the machine's own account. */
function credentialsFile(environment: Environment): FoundFile | undefined {
  const named = environment.GOOGLE_APPLICATION_CREDENTIALS || environment.CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE;
  if (named) return { file: named, source: `the credentials file ${named}` };
  const folder = environment.CLOUDSDK_CONFIG || join(environment.HOME || homedir(), '.config', 'gcloud');
  const usual = join(folder, 'application_default_credentials.json');
  if (existsSync(usual)) return { file: usual, source: 'the application default credentials of gcloud' };
  const account = environment.CLOUDSDK_CORE_ACCOUNT || gcloudProperty(folder, 'account', environment);
  if (!account) return undefined;
  const own = join(folder, 'legacy_credentials', account, 'adc.json');
  return existsSync(own) ? { file: own, source: `the login ${account} of gcloud` } : undefined;
}

/** Of the section `core` of gcloud's active configuration. */
function gcloudProperty(folder: string, name: string, environment: Environment): string | undefined {
  const active =
    environment.CLOUDSDK_ACTIVE_CONFIG_NAME || readIfThere(join(folder, 'active_config'))?.trim() || 'default';
  const text = readIfThere(join(folder, 'configurations', `config_${active}`)) ?? '';
  const core = /^\[core\]\s*\n((?:(?!\[).*\n?)*)/m.exec(text)?.[1] ?? '';
  return new RegExp(`^\\s*${name}\\s*=\\s*(\\S+)\\s*$`, 'm').exec(core)?.[1];
}

/** The project that the user's tools are set to; undefined when there is none. */
export function defaultProject(environment: Environment): string | undefined {
  const { GOOGLE_CLOUD_PROJECT: own, CLOUDSDK_CORE_PROJECT: gcloud } = environment;
  const folder = environment.CLOUDSDK_CONFIG || join(environment.HOME || homedir(), '.config', 'gcloud');
  return own || gcloud || gcloudProperty(folder, 'project', environment);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
