/** The stored state as the model's Application, for whoever asks. */
import type { Application, Module, Version } from '../model/application.ts';
import { urlOf } from '../model/host.ts';
import { type LiveModule, moduleNames } from './live-state.ts';
import { hasSameSecrets, type SecretBindings } from './secrets/secret-bindings.ts';
import type { ApplicationRecord, DeploymentRecord } from './stored-records.ts';

export function applicationView(
  record: ApplicationRecord,
  deployments: ReadonlyMap<string, DeploymentRecord>,
  defaultHostname: string,
  isDamaged: (deploymentId: string) => boolean = () => false,
): Application {
  const facts = { deployments, defaultHostname, isDamaged, secrets: record.live.secrets };
  const modules = moduleNames(record.live).flatMap((name) => {
    const module = record.live.modules[name];
    return module ? [moduleView(name, module, facts)] : [];
  });
  return {
    id: record.id,
    modules,
    settings: record.live.settings,
    ...(record.currentRelease === undefined ? {} : { currentRelease: record.currentRelease }),
    defaultHostname,
    url: urlOf(defaultHostname, { module: 'default' }),
  };
}

interface ViewFacts {
  readonly deployments: ReadonlyMap<string, DeploymentRecord>;
  readonly defaultHostname: string;
  readonly isDamaged: (deploymentId: string) => boolean;
  readonly secrets: SecretBindings | undefined;
}

function moduleView(name: string, module: LiveModule, facts: ViewFacts): Module {
  const { deployments, defaultHostname, isDamaged, secrets } = facts;
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
