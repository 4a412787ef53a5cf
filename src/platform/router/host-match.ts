/** From a host name to application, module, version and instance (S3; App Engine's "How requests are routed"). */
import { applicationHost, type HostTarget } from '../../model/host.ts';
import { DEFAULT_MODULE } from '../../model/names.ts';
import { defaultVersionOf } from '../../model/traffic.ts';
import { normalizeHost } from './host-name.ts';
import type { RoutedApplication, RoutedModule, RoutedVersion, RoutingTable } from './routing-table.ts';

export type HostMatch =
  | {
      readonly kind: 'target';
      readonly application: RoutedApplication;
      readonly target: HostTarget;
      /** The same host under `appspot.com` and with dots, as dispatch rules are written. */
      readonly canonicalHost: string;
      /** The name as it was sent, with dots. */
      readonly dottedHost: string;
    }
  /** A known suffix with an application, or a custom domain with a label, that does not exist. */
  | { readonly kind: 'unknown-name' }
  | { readonly kind: 'bad-host' };

/** @param header the Host header; undefined for HTTP/1.0 requests without one */
export type HostMatcher = (header: string | undefined) => HostMatch;

const APPSPOT = 'appspot.com';

interface Directory {
  /** `shop`, `shop.example.com.a` */
  readonly byName: ReadonlyMap<string, RoutedApplication>;
  /** Labels of the longest name. */
  readonly mostLabels: number;
  /** Longest first. */
  readonly suffixes: readonly string[];
  readonly domains: readonly (readonly [domain: string, application: RoutedApplication])[];
  readonly only: RoutedApplication | undefined;
}

export function compileHosts(table: RoutingTable): HostMatcher {
  const directory = directoryOf(table);
  return (header = '') => matchHost(directory, header);
}

function directoryOf(table: RoutingTable): Directory {
  const byName = new Map<string, RoutedApplication>();
  const suffixes = new Set(['localhost', APPSPOT]);
  const domains: (readonly [string, RoutedApplication])[] = [];
  for (const application of table.applications.values()) {
    const name = applicationHost(application.id);
    byName.set(name, application);
    for (const domain of application.domains ?? []) domains.push([domain.toLowerCase(), application]);
    const suffix = suffixOf(application, name);
    if (suffix !== undefined) suffixes.add(suffix);
  }
  const only = table.applications.size === 1 ? [...table.applications.values()][0] : undefined;
  const longestFirst = (a: string, b: string) => b.length - a.length;
  return {
    byName,
    mostLabels: Math.max(0, ...[...byName.keys()].map((name) => name.split('.').length)),
    suffixes: [...suffixes].sort(longestFirst),
    domains: domains.sort(([a], [b]) => longestFirst(a, b)),
    only,
  };
}

/** What follows the application's name in the host name that its deployments are told. */
function suffixOf(application: RoutedApplication, name: string): string | undefined {
  for (const module of application.modules.values()) {
    for (const version of module.versions.values()) {
      const host = normalizeHost(version.deployment.defaultHostname);
      return host?.startsWith(`${name}.`) ? host.slice(name.length + 1) : undefined;
    }
  }
  return undefined;
}

function matchHost(directory: Directory, header: string): HostMatch {
  const host = header === '' ? 'localhost' : normalizeHost(header);
  if (host === undefined) return { kind: 'bad-host' };
  for (const [domain, application] of directory.domains) {
    if (host === domain) return found(application, { module: DEFAULT_MODULE }, [], host);
    if (host.endsWith(`.${domain}`)) return customDomain(application, host, domain);
  }
  for (const suffix of directory.suffixes) {
    if (host.endsWith(`.${suffix}`)) return knownSuffix(directory, host, suffix);
  }
  if (directory.only) return found(directory.only, { module: DEFAULT_MODULE }, [], host);
  return { kind: 'unknown-name' };
}

function customDomain(application: RoutedApplication, host: string, domain: string): HostMatch {
  const labels = labelsOf(host.slice(0, -domain.length - 1));
  const target = resolveLabels(application, labels);
  // Custom domains have no soft routing: an unknown label is not found.
  return target ? found(application, target, labels, host) : { kind: 'unknown-name' };
}

function knownSuffix(directory: Directory, host: string, suffix: string): HostMatch {
  const labels = [...labelsOf(host.slice(0, -suffix.length - 1))];
  // APP.REGION.r.appspot.com
  if (suffix === APPSPOT && labels.length > 2 && labels.at(-1) === 'r') labels.splice(-2);
  for (let count = Math.min(directory.mostLabels, labels.length); count > 0; count -= 1) {
    const application = directory.byName.get(labels.slice(-count).join('.'));
    if (!application) continue;
    const left = labels.slice(0, -count);
    return found(application, resolveLabels(application, left) ?? { module: DEFAULT_MODULE }, left, host);
  }
  return { kind: 'unknown-name' };
}

function found(application: RoutedApplication, target: HostTarget, labels: readonly string[], host: string): HostMatch {
  const canonicalHost = [...labels, applicationHost(application.id), APPSPOT].join('.');
  return { kind: 'target', application, target, canonicalHost, dottedHost: host.replaceAll('-dot-', '.') };
}

function labelsOf(text: string): readonly string[] {
  return text.replaceAll('-dot-', '.').split('.');
}

/** The labels left of the application; undefined when they name nothing. */
function resolveLabels(application: RoutedApplication, labels: readonly string[]): HostTarget | undefined {
  const [first, second, third] = labels;
  if (first === undefined) return { module: DEFAULT_MODULE };
  if (second === undefined) return oneLabel(application, first);
  if (third === undefined) return twoLabels(application, first, second);
  if (labels.length > 3) return undefined;
  const module = application.modules.get(third);
  if (!isInstance(module?.versions.get(second), first)) return undefined;
  return { module: third, version: second, instance: first };
}

function oneLabel(application: RoutedApplication, label: string): HostTarget | undefined {
  if (application.modules.has(label)) return { module: label };
  const ofDefault = application.modules.get(DEFAULT_MODULE);
  return ofDefault?.versions.has(label) ? { module: DEFAULT_MODULE, version: label } : undefined;
}

function twoLabels(application: RoutedApplication, first: string, second: string): HostTarget | undefined {
  const module = application.modules.get(second);
  if (module) {
    if (module.versions.has(first)) return { module: second, version: first };
    return isInstance(trafficVersion(module), first) ? { module: second, instance: first } : undefined;
  }
  const version = application.modules.get(DEFAULT_MODULE)?.versions.get(second);
  return isInstance(version, first) ? { module: DEFAULT_MODULE, version: second, instance: first } : undefined;
}

function trafficVersion(module: RoutedModule): RoutedVersion | undefined {
  return module.versions.get(defaultVersionOf(module.split) ?? '');
}

/** Manual and basic instances are numbered, automatic ones have opaque hexadecimal ids. */
function isInstance(version: RoutedVersion | undefined, label: string): boolean {
  if (!version) return false;
  const pattern = version.deployment.spec.scaling.type === 'automatic' ? /^[0-9a-f]{6,64}$/ : /^\d{1,6}$/;
  return pattern.test(label);
}
