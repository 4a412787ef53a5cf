/** What becomes of an application's own files (cron, queues ...) in one place or the other. */
import type { Settings, SettingsKind } from '../../model/settings.ts';
import type { Findings } from '../findings.ts';
import { differs, type Target } from './module-facts.ts';

export function settingsDifferences(target: Target, kind: SettingsKind, value: unknown, findings: Findings): void {
  if (target === 'platform') {
    if (kind === 'indexes') {
      const message = 'The platform has no datastore: indexes are kept and listed, and nothing uses them.';
      differs({ findings }, { path: ['indexes'], message });
    }
    return;
  }
  if (kind === 'dos') {
    const message =
      'Google has firewall rules instead of dos.yaml, and gcloud refuses it; appcfg makes rules of its entries.';
    differs({ findings }, { path: ['blacklist'], message });
  }
  if (kind === 'queues') checkGoogleQueues(value as Settings['queues'], findings);
}

function checkGoogleQueues({ queues, totalStorageLimitBytes }: Settings['queues'], findings: Findings): void {
  for (const [index, queue] of queues.entries()) {
    if (queue.mode !== 'pull') continue;
    const message = `At Google the pull queue ${queue.name} is reached only by the bundled Task Queue API.`;
    const hint = 'Write app_engine_apis: true in the module that leases, or use Pub/Sub there.';
    differs({ findings }, { path: ['queue', index, 'mode'], message, hint });
  }
  if (totalStorageLimitBytes !== undefined) {
    const message = '"total_storage_limit" has no effect at Google today.';
    differs({ findings }, { path: ['total_storage_limit'], message });
  }
}
