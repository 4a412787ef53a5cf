/** What builds read of the machine beside their tools: certificates and local package indexes, as the platform's environment names them. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../../runtimes/executables.ts';

const FILES = [
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'PIP_CERT'],
  'npm_config_cafile',
];
/** Lists of addresses and directories. */
const PLACES = ['PIP_FIND_LINKS', 'PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'GOPROXY', 'npm_config_registry'];
/** Of the whole machine, where its administrator names indexes. */
const MACHINE = ['/etc/pip.conf', '/etc/npmrc'];

/** @param environment the platform's own: what an application says there shows nothing */
export function buildPaths(environment: Environment): readonly string[] {
  const places = PLACES.flatMap((name) => environment[name]?.split(/[\s,|]+/) ?? []).map(localPath);
  const files = FILES.flatMap((name) => environment[name] ?? []);
  return [...files, ...places, ...MACHINE].filter((path) => path.startsWith('/') && existsSync(path));
}

function localPath(place: string): string {
  if (!place.startsWith('file://')) return place;
  try {
    return fileURLToPath(place);
  } catch {
    return '';
  }
}
