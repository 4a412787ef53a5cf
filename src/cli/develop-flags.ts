/** The options of `dev`, with the names that they have in dev_appserver.py, and what became of its other ones. */
import * as Flags from '@oclif/core/flags';
import { failure, isAppcfgError } from '../errors.ts';
import { type LogLevel, logLevels } from '../model/log.ts';
import { environmentFlags } from './environment-flags.ts';
import { applicationFlag } from './flags.ts';
import { portFlag } from './platform-flags.ts';

const environmentVariable = Flags.custom<readonly [name: string, value: string]>({
  parse: async (input) => {
    const equals = input.indexOf('=');
    if (equals > 0) return [input.slice(0, equals), input.slice(equals + 1)];
    throw failure('usage.invalid-value', { command: 'dev', what: '--env-var', value: input, expected: 'NAME=VALUE' });
  },
});

const expression = Flags.custom<RegExp>({
  parse: async (input) => {
    try {
      return new RegExp(input, 'u');
    } catch {
      const expected = 'a regular expression';
      throw failure('usage.invalid-value', { command: 'dev', what: '--watcher-ignore-re', value: input, expected });
    }
  },
});

export const developFlags = {
  application: applicationFlag({ char: 'A', summary: 'Application id, over that of the files.', helpValue: 'APP' }),
  'allow-any-runtime': Flags.boolean({ char: 'R', summary: 'Take runtimes that are not in the list.' }),
  'automatic-restart': Flags.boolean({
    summary: 'Deploy changes as they are saved.',
    allowNo: true,
    default: true,
  }),
  ...environmentFlags,
  'env-var': environmentVariable({
    summary: 'Environment variable over those of the yaml files; may be repeated.',
    helpValue: 'NAME=VALUE',
    multiple: true,
    multipleNonGreedy: true,
  }),
  host: Flags.string({ summary: 'Address to listen on.', helpValue: 'ADDRESS', default: '127.0.0.1' }),
  'log-level': Flags.option({
    options: logLevels,
    summary: 'Show log lines that are at least this bad.',
    helpValue: 'LEVEL',
    default: 'info' as const,
  })(),
  port: portFlag({
    summary: 'Port of all modules; 0 for any free one. Default: 8080 or the next free one.',
    helpValue: 'PORT',
  }),
  'python27-executable-path': Flags.string({ summary: 'The Python 2.7 that runs python27.', helpValue: 'FILE' }),
  'storage-path': Flags.string({
    summary: 'Folder that keeps tasks, logs and the like until the next time. Default: nothing is kept.',
    helpValue: 'FOLDER',
  }),
  'use-mtime-file-watcher': Flags.boolean({
    summary: 'Look for changes every second, where the file system does not tell of them.',
    allowNo: true,
  }),
  'watcher-ignore-re': expression({ summary: 'Changes of paths that match are none.', helpValue: 'EXPRESSION' }),
} as const;

export interface DevelopFlagValues {
  readonly application?: string | undefined;
  readonly 'allow-any-runtime': boolean;
  readonly 'automatic-restart': boolean;
  readonly env?: readonly string[] | undefined;
  readonly 'env-file'?: readonly string[] | undefined;
  readonly 'env-var'?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly host: string;
  readonly 'log-level': LogLevel;
  readonly port?: number | undefined;
  readonly 'python27-executable-path'?: string | undefined;
  readonly 'storage-path'?: string | undefined;
  readonly 'use-mtime-file-watcher'?: boolean | undefined;
  readonly 'watcher-ignore-re'?: RegExp | undefined;
  readonly verbose: boolean;
}

const words: Readonly<Record<string, boolean>> = { yes: true, true: true, 1: true, no: false, false: false, 0: false };

/** dev_appserver.py took `--automatic_restart=no` for what is `--no-automatic-restart` here. */
export function plainBooleans(argv: readonly string[]): string[] {
  return argv.map((token) => {
    const [, name, word = ''] = /^--(automatic-restart|use-mtime-file-watcher)=(\w+)$/.exec(token) ?? [];
    const value = words[word.toLowerCase()];
    if (name === undefined || value === undefined) return token;
    return value ? `--${name}` : `--no-${name}`;
  });
}

const oneRouter = 'every module has a name of its own on one port, as in http://MODULE.APP.localhost:8080/';
const control = 'ask the running platform: appcfg status, instances list, logs';
const everyHost = 'requests are answered whatever host they name, and other machines reach only what --host opens';
const inYaml = 'the yaml file says it';
const noDatastore = 'there is no datastore here; run an emulator beside it and name it with --env-var';
const noService = 'there is no such service here';
const variable = (name: string) => `set its variable: --env-var ${name}=...`;

/** Options of dev_appserver.py that are not here, by the name with hyphens. */
const elsewhere: Readonly<Record<string, string>> = {
  'specified-service-ports': oneRouter,
  'admin-host': control,
  'admin-port': control,
  'api-host': control,
  'api-port': control,
  'grpc-api-port': noService,
  'enable-console': control,
  'auth-domain': 'it is gmail.com',
  'max-module-instances': `${inYaml}: max_instances below the scaling`,
  'threadsafe-override': `${inYaml}: threadsafe`,
  'addn-host': everyHost,
  'enable-host-checking': everyHost,
  'ssl-certificate-path': 'it serves plain HTTP, which browsers trust on localhost',
  'ssl-certificate-key-path': 'it serves plain HTTP, which browsers trust on localhost',
  'php-executable-path': 'the php on PATH runs',
  'php-remote-debugging': variable('XDEBUG_MODE'),
  'php-gae-extension-path': noService,
  'php-xdebug-extension-path': variable('XDEBUG_MODE'),
  'appidentity-email-address': 'the platform gives each application an account and a key',
  'appidentity-private-key-path': 'the platform gives each application an account and a key',
  'python-startup-script': variable('PYTHONSTARTUP'),
  'python-startup-args': variable('PYTHONSTARTUP'),
  'python-virtualenv-path': 'the packages of requirements.txt are installed, once for each list',
  'jvm-flag': variable('JAVA_TOOL_OPTIONS'),
  'go-work-dir': 'builds are kept in the cache of appcfg',
  'enable-watching-go-path': 'the folders of the modules are watched',
  'go-debugging': variable('GOFLAGS'),
  'custom-entrypoint': `${inYaml}: entrypoint`,
  runtime: `${inYaml}: runtime`,
  'blobstore-path': noService,
  'mysql-host': noService,
  'mysql-port': noService,
  'mysql-user': noService,
  'mysql-password': noService,
  'mysql-socket': noService,
  'datastore-path': noDatastore,
  'clear-datastore': noDatastore,
  'datastore-consistency-policy': noDatastore,
  'require-indexes': noDatastore,
  'auto-id-policy': noDatastore,
  'support-datastore-emulator': noDatastore,
  'running-datastore-emulator-host': noDatastore,
  'datastore-emulator-port': noDatastore,
  'datastore-emulator-cmd': noDatastore,
  'logs-path': 'logs are kept with --storage-path FOLDER',
  'show-mail-body': noService,
  'enable-sendmail': noService,
  'smtp-host': noService,
  'smtp-port': noService,
  'smtp-user': noService,
  'smtp-password': noService,
  'smtp-allow-tls': noService,
  'search-indexes-path': noService,
  'clear-search-indexes': noService,
  'enable-task-running': 'tasks run as queue.yaml says; rate: 0 holds them back',
  'allow-skipped-files': 'skipped files are not deployed, as in production',
  'dev-appserver-log-level': 'more is said with --verbose',
  'skip-sdk-update-check': 'nothing looks for updates',
  'default-gcs-bucket-name': noService,
};

/** A better account of an option that dev_appserver.py had; anything else comes back as it is. */
export function explainedOption(error: unknown): unknown {
  if (!isAppcfgError(error) || error.code !== 'usage.unknown-flag') return error;
  const { flag } = error.details as { readonly flag: string };
  const name = flag.replace(/^--(no-)?/, '').replaceAll('_', '-');
  const instead = Object.hasOwn(elsewhere, name) ? elsewhere[name] : undefined;
  return instead === undefined ? error : failure('dev.option-elsewhere', { option: `--${name}`, instead });
}
