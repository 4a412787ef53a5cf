/** A routing table, compiled when it is swapped in: hosts, splits, rules and handlers as maps and plain tests. */
import { applicationHost, type HostTarget } from '../../model/host.ts';
import { DEFAULT_MODULE } from '../../model/names.ts';
import type { Deployment } from '../deployment.ts';
import type { VersionPool } from '../serving/version-pool.ts';
import { type CompiledDeployment, compileDeployment } from './compiled-deployment.ts';
import { type CompiledDispatchRule, compileDispatch, rulesForHosts } from './dispatch.ts';
import { compileDos, type DosFilter } from './dos-filter.ts';
import { anyOf, compileFirewall } from './firewall-filter.ts';
import { compileHosts, type HostMatch } from './host-match.ts';
import type { RoutedApplication, RoutedModule, RoutingTable } from './routing-table.ts';
import { type CompiledSplit, compileSplit } from './traffic.ts';

export interface CompiledVersion {
  readonly pool: VersionPool;
  readonly compiled: CompiledDeployment;
}

export interface CompiledModule {
  readonly name: string;
  readonly split: CompiledSplit;
  readonly isInternalOnly: boolean;
  readonly versions: ReadonlyMap<string, CompiledVersion>;
}

export interface CompiledApplication {
  readonly id: string;
  readonly release: string;
  readonly modules: ReadonlyMap<string, CompiledModule>;
  readonly dispatch: readonly CompiledDispatchRule[];
  readonly isDenied: DosFilter | undefined;
}

export interface CompiledHost {
  readonly application: CompiledApplication;
  readonly target: HostTarget;
  /** Those that can apply to this host; none when it names a version or an instance. */
  readonly dispatch: readonly CompiledDispatchRule[];
}

export interface CompiledTable {
  readonly source: RoutingTable;
  readonly applications: ReadonlyMap<string, CompiledApplication>;
  /** @param header the Host header */
  host(header: string | undefined): CompiledHost | 'unknown-name' | 'bad-host';
}

/** Hosts are remembered as sent, and outsiders send them: bounded. */
const REMEMBERED_HOSTS = 4096;

/** @param previous its compiled deployments are used again, with the files they have looked up */
export function compileTable(source: RoutingTable, previous?: CompiledTable): CompiledTable {
  const known = previous ? deploymentsOf(previous) : new Map<string, CompiledDeployment>();
  const applications = new Map<string, CompiledApplication>();
  for (const application of source.applications.values()) {
    applications.set(application.id, compileApplication(application, known));
  }
  const match = compileHosts(source);
  const remembered = new Map<string | undefined, CompiledHost | 'unknown-name' | 'bad-host'>();
  return {
    source,
    applications,
    host(header) {
      const answer = remembered.get(header);
      if (answer !== undefined) return answer;
      if (remembered.size >= REMEMBERED_HOSTS) remembered.clear();
      const compiled = compileHost(applications, match(header));
      remembered.set(header, compiled);
      return compiled;
    },
  };
}

/** The host of a target that was named outright. */
export function hostOfTarget(application: CompiledApplication, target: HostTarget): CompiledHost {
  return { application, target, dispatch: [] };
}

/** The host of requests that name nothing but the application: dispatch rules apply to its own address. */
export function hostOfApplication(application: CompiledApplication, fallback: HostTarget): CompiledHost {
  const host = `${applicationHost(application.id)}.appspot.com`;
  return { application, target: fallback, dispatch: rulesForHosts(application.dispatch, [host]) };
}

function compileHost(
  applications: ReadonlyMap<string, CompiledApplication>,
  match: HostMatch,
): CompiledHost | 'unknown-name' | 'bad-host' {
  if (match.kind !== 'target') return match.kind;
  const application = applications.get(match.application.id);
  if (!application) return 'unknown-name';
  const { target } = match;
  const isTargeted = target.version !== undefined || target.instance !== undefined;
  const dispatch = isTargeted ? [] : rulesForHosts(application.dispatch, [match.canonicalHost, match.dottedHost]);
  return { application, target, dispatch };
}

function compileApplication(
  application: RoutedApplication,
  known: ReadonlyMap<string, CompiledDeployment>,
): CompiledApplication {
  const modules = new Map<string, CompiledModule>();
  for (const module of application.modules.values()) modules.set(module.name, compileModule(module, known));
  return {
    id: application.id,
    release: application.release,
    modules,
    dispatch: compileDispatch(application.dispatch, (name) => modules.has(name || DEFAULT_MODULE)),
    isDenied: anyOf(compileDos(application.dos), compileFirewall(application.firewall ?? [])),
  };
}

function compileModule(module: RoutedModule, known: ReadonlyMap<string, CompiledDeployment>): CompiledModule {
  const versions = new Map<string, CompiledVersion>();
  for (const [id, { deployment, pool }] of module.versions) {
    const before = known.get(deployment.deploymentId);
    versions.set(id, { pool, compiled: before && isSame(before, deployment) ? before : compileDeployment(deployment) });
  }
  const split = compileSplit(module.split, (version) => versions.has(version));
  return { name: module.name, versions, split, isInternalOnly: module.isInternalOnly === true };
}

/** A deployment's spec never changes; the platform's directories and ports may, between restarts. */
function isSame({ deployment: before }: CompiledDeployment, deployment: Deployment): boolean {
  return before.directory === deployment.directory && before.defaultHostname === deployment.defaultHostname;
}

function deploymentsOf(table: CompiledTable): Map<string, CompiledDeployment> {
  const known = new Map<string, CompiledDeployment>();
  for (const application of table.applications.values()) {
    for (const module of application.modules.values()) {
      for (const { compiled } of module.versions.values()) known.set(compiled.deployment.deploymentId, compiled);
    }
  }
  return known;
}
