/** Web-hooks over the control API. */
import { randomUUID } from 'node:crypto';
import type { CallOptions } from '../../backend/call-options.ts';
import type { WebhooksRole } from '../../backend/operator-roles.ts';
import type { WebhookDelivery, WebhookSummary } from '../../model/webhook.ts';
import { paths } from '../../protocol/extension.ts';
import type { ControlClient } from './control-client.ts';

export function webhooksRole(client: ControlClient, createdBy: string): WebhooksRole {
  return {
    list: async (application, call) => {
      const path = paths.webhooks(application);
      return (await client.json<{ webhooks: WebhookSummary[] }>({ method: 'GET', path, ...signalOf(call) })).webhooks;
    },
    add: (application, webhook, call) =>
      client.json<WebhookSummary>({
        method: 'POST',
        path: paths.webhooks(application),
        body: { ...webhook, createdBy, requestId: call?.requestId ?? randomUUID() },
        isRepeatable: true,
        ...signalOf(call),
      }),
    remove: (application, id, call) =>
      client.json<WebhookSummary>({ method: 'DELETE', path: paths.webhook(application, id), ...signalOf(call) }),
    test: (application, id, call) =>
      client.json<WebhookDelivery>({
        method: 'POST',
        path: paths.webhookTest(application, id),
        body: { createdBy },
        ...signalOf(call),
      }),
    deliveries: async (application, { webhook, limit }, call) => {
      const query = { ...(webhook === undefined ? {} : { webhook }), ...(limit === undefined ? {} : { limit }) };
      const path = paths.webhookDeliveries(application);
      const answer = await client.json<{ deliveries: WebhookDelivery[] }>({
        ...{ method: 'GET', path, query },
        ...signalOf(call),
      });
      return answer.deliveries;
    },
    redeliver: (application, delivery, call) =>
      client.json<WebhookDelivery>({
        method: 'POST',
        path: paths.webhookRedelivery(application, delivery),
        ...signalOf(call),
      }),
  };
}

function signalOf(call: CallOptions | undefined): { readonly signal?: AbortSignal } {
  return call?.signal ? { signal: call.signal } : {};
}
