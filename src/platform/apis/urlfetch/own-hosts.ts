/** Which application of this platform a URL names, if any: such a fetch never leaves the platform. */
import { applicationHost } from '../../../model/host.ts';
import type { RoutedApplication, RoutingTable } from '../../router/routing-table.ts';

interface OwnName {
  readonly host: string;
  /** Names on this machine belong to the platform on the router's port only. */
  readonly port: string | undefined;
}

/** @returns the application's id */
export function applicationOfUrl(table: RoutingTable, url: URL): string | undefined {
  const host = url.hostname.toLowerCase().replace(/\.$/, '').replaceAll('-dot-', '.');
  for (const application of table.applications.values()) {
    if (namesOf(application).some((name) => isMeant(name, host, url.port))) return application.id;
  }
  return undefined;
}

function isMeant(name: OwnName, host: string, port: string): boolean {
  if (name.port !== undefined && name.port !== port) return false;
  return host === name.host || host.endsWith(`.${name.host}`) || isRegional(name.host, host);
}

/** `APP.REGION.r.appspot.com`, under any labels. */
function isRegional(own: string, host: string): boolean {
  const match = /^(.+)\.[a-z]{2,3}\.r\.appspot\.com$/.exec(host);
  if (!match?.[1] || !own.endsWith('.appspot.com')) return false;
  const canonical = `${match[1]}.appspot.com`;
  return canonical === own || canonical.endsWith(`.${own}`);
}

function namesOf(application: RoutedApplication): readonly OwnName[] {
  const name = applicationHost(application.id);
  const names: OwnName[] = [{ host: `${name}.appspot.com`, port: undefined }];
  for (const domain of application.domains ?? []) names.push({ host: domain.toLowerCase(), port: undefined });
  const address = addressOf(application);
  if (address === undefined) return names;
  const { hostname, port } = new URL(`http://${address}`);
  return [...names, { host: hostname, port }, { host: `${name}.localhost`, port }];
}

/** The host name that its deployments are told. */
function addressOf(application: RoutedApplication): string | undefined {
  for (const module of application.modules.values()) {
    for (const { deployment } of module.versions.values()) return deployment.defaultHostname;
  }
  return undefined;
}
