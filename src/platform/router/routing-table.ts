/** What the router reads: one immutable table, replaced whole. */
import type { FirewallRule } from '../../model/firewall.ts';
import type { DispatchRule, DosRule } from '../../model/settings.ts';
import type { TrafficSplit } from '../../model/traffic.ts';
import type { Deployment } from '../deployment.ts';
import type { VersionPool } from '../serving/version-pool.ts';

export interface DomainCertificate {
  readonly domain: string;
  /** PEM: the certificate, then its chain. */
  readonly certificate: string;
  /** PEM. */
  readonly privateKey: string;
}

export interface RoutedVersion {
  readonly deployment: Deployment;
  readonly pool: VersionPool;
}

export interface RoutedModule {
  readonly name: string;
  readonly split: TrafficSplit;
  /** Refuses everything from outside: tasks, cron jobs and the application's other modules still reach it. */
  readonly isInternalOnly?: boolean;
  readonly versions: ReadonlyMap<string, RoutedVersion>;
}

export interface RoutedApplication {
  readonly id: string;
  /** Of the live release; sent as a response header when the platform is told to (tests of atomicity). */
  readonly release: string;
  readonly modules: ReadonlyMap<string, RoutedModule>;
  readonly dispatch: readonly DispatchRule[];
  readonly dos: readonly DosRule[];
  /** Asked after `dos`; the rule with the smallest priority that matches decides. */
  readonly firewall?: readonly FirewallRule[];
  /** Custom domains: `D` is the default module, `MODULE.D`, `VERSION.MODULE.D` ... the others. */
  readonly domains?: readonly string[];
  /** Those of them that answer over TLS. */
  readonly certificates?: readonly DomainCertificate[];
}

export interface RoutingTable {
  readonly applications: ReadonlyMap<string, RoutedApplication>;
}

export const emptyRoutingTable: RoutingTable = { applications: new Map() };
