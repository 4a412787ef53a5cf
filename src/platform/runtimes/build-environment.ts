/** The environment of build commands: enough to reach package indexes, nothing else of the platform's own. */
import type { VersionSpec } from '../../model/version-spec.ts';
import { type Environment, searchPath } from './executables.ts';

/** A person's settings for downloads: proxies, certificates, package indexes, and where version managers live. */
const passed = new Set([
  ...['HOME', 'LANG', 'PYENV_ROOT', 'PYENV_VERSION', 'NVM_DIR'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'],
  ...['PIP_CERT', 'PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_FIND_LINKS', 'PIP_NO_INDEX', 'PIP_CONFIG_FILE'],
  ...['PIP_TRUSTED_HOST', 'PIP_DEFAULT_TIMEOUT', 'npm_config_registry', 'npm_config_cafile', 'npm_config_userconfig'],
  ...['GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GOPRIVATE', 'GOFLAGS'],
]);

export function buildEnvironment(environment: Environment, spec?: VersionSpec): Readonly<Record<string, string>> {
  const chosen: Record<string, string> = { LANG: 'C.UTF-8' };
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && passed.has(name)) chosen[name] = value;
  }
  return { ...chosen, ...spec?.buildEnvironmentVariables, PATH: searchPath(environment) };
}
