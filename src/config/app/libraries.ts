/** The third-party libraries of the python27 runtime and what `libraries:` may ask of them. */
import type { Library } from '../../model/version-spec.ts';
import { closest } from '../shape/read-scalar.ts';
import type { Place } from '../shape/shape.ts';
import { quoteForMessage } from '../yaml/tree.ts';

interface KnownLibrary {
  readonly versions: readonly string[];
  readonly latest: string;
  readonly deprecated: readonly string[];
}

type Row = readonly [versions: string, latest: string, deprecated?: string];

// App Engine's python27 table. Names are case-sensitive.
const rows: Readonly<Record<string, Row>> = {
  clearsilver: ['0.10.5', '0.10.5'],
  click: ['6.6', '6.6'],
  crcmod: ['1.7', '1.7'],
  django: ['1.2 1.3 1.4 1.5 1.9 1.11', '1.4', '1.2 1.3 1.5 1.9'],
  endpoints: ['1.0', '1.0'],
  enum: ['0.9.23', '0.9.23'],
  flask: ['0.12', '0.12'],
  futures: ['3.0.5', '3.0.5'],
  grpcio: ['1.0.0', '1.0.0'],
  itsdangerous: ['0.24', '0.24'],
  jinja2: ['2.6', '2.6'],
  lxml: ['2.3 2.3.5 3.7.3', '3.7.3', '2.3 2.3.5'],
  markupsafe: ['0.15 0.23', '0.15'],
  matplotlib: ['1.2.0', '1.2.0'],
  mysqlclient: ['1.4.4', '1.4.4'],
  MySQLdb: ['1.2.4b4 1.2.4 1.2.5', '1.2.5', '1.2.4b4 1.2.4'],
  numpy: ['1.6.1', '1.6.1'],
  PIL: ['1.1.7', '1.1.7'],
  protobuf: ['3.0.0', '3.0.0'],
  protorpc: ['1.0', '1.0'],
  psycopg2: ['2.8.3', '2.8.3'],
  PyAMF: ['0.6.1 0.7.2', '0.6.1'],
  pycrypto: ['2.3 2.6 2.6.1', '2.6', '2.3'],
  pytz: ['2016.4 2017.2 2017.3', '2017.3', '2016.4 2017.2'],
  setuptools: ['0.6c11 36.6.0', '36.6.0', '0.6c11'],
  six: ['1.9.0 1.12.0', '1.12.0'],
  ssl: ['2.7 2.7.11 2.7.16 2.7.current', '2.7.11', '2.7 2.7.16'],
  ujson: ['1.35', '1.35'],
  webapp2: ['2.3 2.5.1 2.5.2', '2.5.2', '2.5.1'],
  webob: ['1.1.1 1.2.3', '1.2.3'],
  werkzeug: ['0.11.10', '0.11.10'],
  yaml: ['3.10', '3.10'],
};

const known = new Map<string, KnownLibrary>(
  Object.entries(rows).map(([name, [versions, latest, deprecated = '']]) => [
    name,
    { versions: versions.split(' '), latest, deprecated: deprecated.split(' ') },
  ]),
);

export const libraryNames: readonly string[] = [...known.keys()];

/** The version that `latest` and the like stand for. */
export function resolvedLibrary(name: string, version: string): Library {
  return { name, version: version === 'latest' ? (known.get(name)?.latest ?? version) : version };
}

/** The rule between `name` and `version` of one entry. */
export function checkLibrary(wanted: { readonly name?: string; readonly version?: string }, place: Place): void {
  const { name, version } = wanted;
  if (name === undefined) return;
  const entry = known.get(name);
  if (entry === undefined) {
    const close = closest(name, libraryNames);
    const hint = close === undefined ? `Libraries of python27: ${libraryNames.join(', ')}.` : `Did you mean ${close}?`;
    const message = `${quoteForMessage(name)} is not a library of the python27 runtime.`;
    place.findings.error('unknown-value', { path: [...place.path, 'name'], message, hint });
  } else if (version !== undefined && version !== 'latest') {
    checkVersion(name, version, entry, place);
  }
}

function checkVersion(name: string, version: string, entry: KnownLibrary, place: Place): void {
  const path = [...place.path, 'version'];
  if (!entry.versions.includes(version)) {
    const current = entry.versions.filter((candidate) => !entry.deprecated.includes(candidate));
    const message = `There is no version ${quoteForMessage(version)} of library ${name}.`;
    const hint = `Write one of: ${[...current, 'latest'].map((candidate) => `"${candidate}"`).join(', ')}.`;
    place.findings.error('unknown-value', { path, message, hint });
  } else if (entry.deprecated.includes(version)) {
    const message = `Version ${version} of library ${name} is deprecated.`;
    place.findings.warning('discouraged-value', { path, message, hint: `Write "${entry.latest}".` });
  }
}
