/** What can be set once instead of on every command line. */
import { failure } from '../../errors.ts';
import { applicationIdProblem } from '../../model/names.ts';
import { serverUrl } from './server-url.ts';

export const settingKeys = ['server', 'application', 'backend', 'context', 'ca_cert', 'credential_store'] as const;
export type SettingKey = (typeof settingKeys)[number];

interface SettingRule {
  readonly summary: string;
  readonly variable: string;
  readonly expected: string;
  readonly isValid: (value: string) => boolean;
  /** A file of a project may come from anybody: what decides about secrets is not read there. */
  readonly isOfProjects: boolean;
}

const contextName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

export const settingRules: Readonly<Record<SettingKey, SettingRule>> = {
  server: {
    summary: 'Address of the platform; none: the one on this machine.',
    variable: 'APPCFG_SERVER',
    expected: 'an address such as https://appcfg.example.com:8443',
    isValid: (value) => value === '' || serverUrl(value) !== undefined,
    isOfProjects: true,
  },
  application: {
    summary: 'Application, where neither the command nor a yaml file names one.',
    variable: 'APPCFG_APPLICATION',
    expected: 'an application id',
    isValid: (value) => applicationIdProblem(value) === undefined,
    isOfProjects: true,
  },
  backend: {
    summary: 'Kind of the place to deploy to.',
    variable: 'APPCFG_BACKEND',
    expected: 'the name of a backend',
    isValid: (value) => value !== '',
    isOfProjects: true,
  },
  context: {
    summary: 'Context in use: a server with what belongs to it.',
    variable: 'APPCFG_CONTEXT',
    expected: 'the name of a context',
    isValid: (value) => contextName.test(value),
    isOfProjects: true,
  },
  ca_cert: {
    summary: 'File with certificates of authorities to trust besides the usual ones.',
    variable: 'APPCFG_CA_CERT',
    expected: 'the name of a file',
    isValid: (value) => value !== '',
    isOfProjects: false,
  },
  credential_store: {
    summary: 'Where tokens are kept: keyring or file; none: the keyring where there is one.',
    variable: 'APPCFG_CREDENTIAL_STORE',
    expected: 'keyring or file',
    isValid: (value) => value === 'keyring' || value === 'file',
    isOfProjects: false,
  },
};

/** @throws AppcfgError `config.unknown-key` */
export function requireKey(key: string): SettingKey {
  const name = key.replaceAll('-', '_');
  if (settingKeys.includes(name as SettingKey)) return name as SettingKey;
  throw failure('config.unknown-key', { key, known: settingKeys });
}

/** @param origin where it was found. @throws AppcfgError `config.bad-value` */
export function requireValue(key: SettingKey, value: unknown, origin: string): string {
  const { isValid, expected } = settingRules[key];
  if (typeof value === 'string' && isValid(value)) return value;
  throw failure('config.bad-value', { key, value: String(value).slice(0, 200), expected, origin });
}

/** @throws AppcfgError `config.bad-value` */
export function requireContextName(name: string): string {
  return requireValue('context', name, 'the command line');
}
