/** What is live of an application, bare of everything that only describes it. Pure. */
import type { Application, ModuleOutline, ModuleOutlines, VersionOutline } from './application.ts';

export function moduleOutlines({ modules }: Pick<Application, 'modules'>): ModuleOutlines {
  return Object.fromEntries(
    modules.map(({ name, traffic, ingress, versions }): [string, ModuleOutline] => [
      name,
      {
        split: traffic,
        ...(ingress === undefined ? {} : { ingress }),
        versions: Object.fromEntries(
          versions.map(({ id, deploymentId, servingStatus, instancesOverride }): [string, VersionOutline] => [
            id,
            {
              deploymentId,
              servingStatus,
              ...(instancesOverride === undefined ? {} : { instances: instancesOverride }),
            },
          ]),
        ),
      },
    ]),
  );
}
