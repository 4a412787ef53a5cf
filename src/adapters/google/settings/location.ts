/** Where an application's cron jobs and queues are: Cloud Scheduler and Cloud Tasks have one place for each project. */
import type { ApiName } from '../endpoints.ts';
import type { SettingsCall } from './settings-access.ts';

/** `/v1beta1/projects/shop/locations/us-central1` */
export async function locationPath(
  { context, home, signal }: SettingsCall,
  api: Extract<ApiName, 'scheduler' | 'tasks'>,
): Promise<string> {
  const version = api === 'scheduler' ? 'v1beta1' : 'v2beta3';
  const path = `/${version}/projects/${encodeURIComponent(home.id)}/locations`;
  const found =
    (await context.client.list<{ locationId?: string }>({ api, method: 'GET', path, signal }, 'locations')) ?? [];
  const ids = found.map(({ locationId }) => locationId);
  // With several of them it is the application's own.
  const id = ids.includes(home.region) ? home.region : (ids[0] ?? home.region);
  return `${path}/${id}`;
}
