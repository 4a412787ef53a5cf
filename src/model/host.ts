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
