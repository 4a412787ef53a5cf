/** What there is to choose from: locations and runtimes. */

import { knownRuntimes } from '../../../config/app/runtimes.ts';
import { runtimeGeneration } from '../../../model/version-spec.ts';
import { enumValue, environments } from '../../../protocol/admin/enums.ts';
import { LOCATION } from '../../../protocol/admin/resources.ts';
import { views } from '../../access/route-access.ts';
import type { Route } from '../route-table.ts';
import { page } from './page.ts';
import { applicationOf, notFound } from './request-facts.ts';

export function catalogueRoutes(app: string): readonly Route[] {
  return [
    {
      method: 'GET',
      pattern: `${app}:listRuntimes`,
      access: views,
      handler: ({ query }) => page('runtimes', runtimes(query.get('environment')), query),
    },
    {
      method: 'GET',
      pattern: `${app}/locations`,
      access: views,
      handler: (request) => page('locations', [location(applicationOf(request))], request.query),
    },
    {
      method: 'GET',
      pattern: `${app}/locations/:location_id`,
      access: views,
      handler: (request) => {
        const id = request.parameters.location_id ?? '';
        if (id !== LOCATION) throw notFound('location', id);
        return location(applicationOf(request));
      },
    },
  ];
}

function location(application: string) {
  return {
    name: `apps/${application}/locations/${LOCATION}`,
    locationId: LOCATION,
    displayName: 'This platform',
    // gcloud reads the first label, whatever its name.
    labels: { 'cloud.googleapis.com/region': LOCATION },
    metadata: {
      '@type': 'type.googleapis.com/google.appengine.v1.LocationMetadata',
      standardEnvironmentAvailable: true,
      flexibleEnvironmentAvailable: true,
      searchApiAvailable: false,
    },
  };
}

function runtimes(environment: string | null) {
  const wanted = enumValue(environments, environment) ?? 'STANDARD';
  return knownRuntimes.map((name) => ({
    name,
    displayName: `${name}${runtimeGeneration(name) === 1 ? ' (first generation)' : ''}`,
    stage: 'GA',
    environment: wanted,
    supportedOperatingSystems: [],
    warnings: [],
  }));
}
