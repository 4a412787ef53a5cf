/** The stored state as the model's Application, for whoever asks. */
import type { Application, LiveOutline, Module, Version } from '../model/application.ts';
import { urlOf } from '../model/host.ts';
import { canonicalJson } from '../support/canonical-json.ts';
import { digestOfValue } from '../support/digest.ts';
import { type LiveModule, type LiveState, moduleNames } from './live-state.ts';
import { hasSameSecrets, type SecretBindings } from './secrets/secret-bindings.ts';
import type { ApplicationRecord, DeploymentRecord } from './stored-records.ts';

export interface ViewFacts {
  readonly deployments: ReadonlyMap<string, DeploymentRecord>;
  readonly defaultHostname: string;
  /** Its files are lost or changed on disk. */
  readonly isDamaged?: (deploymentId: string) => boolean;
  /** The live state as the current release made it. */
  readonly released?: LiveState | undefined;
}

export function applicationView(record: ApplicationRecord, facts: ViewFacts): Application {
  const { defaultHostname } = facts;
  const [now, released] = [outlineOf(record.live), facts.released && outlineOf(facts.released)];
  const hasMoved = released !== undefined && canonicalJson(released) !== canonicalJson(now);
  const modules = moduleNames(record.live).flatMap((name) => {
    const module = record.live.modules[name];
    return module ? [moduleView(name, module, { ...facts, secrets: record.live.secrets })] : [];
  });
  return {
    id: record.id,
    modules,
    settings: record.live.settings,
    ...(record.currentRelease === undefined ? {} : { currentRelease: record.currentRelease }),
    stateDigest: stateDigest(record),
    ...(hasMoved ? { released } : {}),
    defaultHostname,
    url: urlOf(defaultHostname, { module: 'default' }),
  };
}

/** Of everything that a change can move. */
export function stateDigest({ live, currentRelease }: Pick<ApplicationRecord, 'live' | 'currentRelease'>): string {
  return digestOfValue({ live, release: currentRelease });
}

function outlineOf({ modules, settings }: LiveState): LiveOutline {
  return { modules, settings };
}

interface ModuleFacts extends ViewFacts {
  readonly secrets: SecretBindings | undefined;
}

function moduleView(name: string, module: LiveModule, facts: ModuleFacts): Module {
  const { deployments, defaultHostname, isDamaged = () => false, secrets } = facts;
  const versions = Object.entries(module.versions).flatMap(([id, live]): Version[] => {
    const record = deployments.get(live.deploymentId);
    if (!record) return [];
    return [
      {
        id,
        deploymentId: record.id,
        spec: record.spec,
        specDigest: record.specDigest,
        manifestDigest: record.manifestDigest,
        fileCount: record.fileCount,
        diskUsage: record.diskUsage,
        servingStatus: live.servingStatus,
        createdAt: record.createdAt,
        createdBy: record.createdBy,
        ...(live.instances === undefined ? {} : { instancesOverride: live.instances }),
        ...(isDamaged(record.id) ? { isDamaged: true } : {}),
        ...(hasSameSecrets(record.secrets, secrets) ? {} : { awaitsSecrets: true }),
        url: urlOf(defaultHostname, { module: name, version: id }),
      },
    ];
  });
  return {
    name,
    versions,
    traffic: module.split,
    ...(module.ingress === undefined ? {} : { ingress: module.ingress }),
    url: urlOf(defaultHostname, { module: name }),
  };
}
