/** Host names of modules, versions and instances (S3; spec runtime.md 1.2). */
import { DEFAULT_MODULE } from './names.ts';

export interface HostTarget {
  readonly module: string;
  readonly version?: string;
  readonly instance?: string;
}

/** The labels left of the application's own host: `[instance.][version.][module.]APP`. */
export function hostLabels(target: HostTarget): readonly string[] {
  const labels: string[] = [];
  if (target.instance !== undefined) labels.push(target.instance);
  if (target.version !== undefined) labels.push(target.version);
  if (target.module !== DEFAULT_MODULE || target.instance !== undefined) labels.push(target.module);
  return labels;
}

/** Dotted host name, `uno.my-module.simple-sample.localhost:8080`. */
export function hostName(defaultHostname: string, target: HostTarget): string {
  return [...hostLabels(target), defaultHostname].join('.');
}

export function urlOf(defaultHostname: string, target: HostTarget, scheme: 'http' | 'https' = 'http'): string {
  return `${scheme}://${hostName(defaultHostname, target)}/`;
}

/**
 * What stands for an application in host names: `s~shop` -> `shop`; `example.com:shop` -> `shop.example.com.a`, as
 * Google names those of a domain.
 */
export function applicationHost(id: string): string {
  const { domain, name } = partsOf(id);
  return domain === undefined ? name : `${name}.${domain}.a`;
}

/** The account that an application acts as when its file names none. */
export function applicationAccount(id: string): string {
  const { domain, name } = partsOf(id);
  return `${domain === undefined ? name : `${name}.${domain}`}@appspot.gserviceaccount.com`;
}

/** `[partition~][domain:]name` */
function partsOf(id: string): { readonly domain: string | undefined; readonly name: string } {
  const short = id.slice(id.indexOf('~') + 1);
  const colon = short.indexOf(':');
  return colon === -1
    ? { domain: undefined, name: short }
    : { domain: short.slice(0, colon), name: short.slice(colon + 1) };
}
