/** Web-hooks over the extension. Who may look sees where they go, and not the whole address nor what was answered. */
import { z } from 'zod';
import { originOnly, type WebhookDelivery, type WebhookSummary, webhookEvents } from '../../model/webhook.ts';
import { paths } from '../../protocol/extension.ts';
import { deploys, views } from '../access/route-access.ts';
import type { ApplicationLocks } from '../application-locks.ts';
import { requireApplication } from '../changes.ts';
import type { DesiredState } from '../desired-state.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import { readJson } from './json-body.ts';
import { lockOf } from './lock-routes.ts';
import type { Route, RouteRequest } from './route-table.ts';

export interface WebhookRouteParts {
  readonly desired: DesiredState;
  readonly locks: ApplicationLocks;
  readonly webhooks: Webhooks;
}

const authorSchema = z.object({ createdBy: z.string().max(256) });
const newWebhook = authorSchema.extend({
  url: z.string().max(8192),
  events: z
    .array(z.enum(webhookEvents))
    .min(1)
    .transform((events) => [...new Set(events)]),
  secret: z.string().max(8192),
  requestId: z.string().min(8).max(128),
});

export function webhookRoutes(parts: WebhookRouteParts): readonly Route[] {
  const { webhooks } = parts;
  return [
    {
      method: 'GET',
      pattern: pattern(paths.webhooks),
      access: views,
      handler: (request) => {
        const found = webhooks.list(application(parts, request));
        return { webhooks: found.map((one) => summaryFor(request, one)) };
      },
    },
    {
      method: 'POST',
      pattern: pattern(paths.webhooks),
      access: deploys('add webhook'),
      handler: async (request) => {
        const { createdBy, requestId, ...wish } = await readJson(request.message, newWebhook);
        const id = changedApplication(parts, request);
        return webhooks.add(id, wish, { requestId, createdBy: request.caller.author(createdBy) });
      },
    },
    {
      method: 'DELETE',
      pattern: pattern(paths.webhook),
      access: deploys('remove webhook'),
      handler: (request) => webhooks.remove(changedApplication(parts, request), request.parameters.webhook ?? ''),
    },
    {
      method: 'POST',
      pattern: pattern(paths.webhookTest),
      access: deploys('test webhook'),
      handler: async (request) => {
        const { createdBy } = await readJson(request.message, authorSchema);
        const id = application(parts, request);
        return webhooks.test(id, request.parameters.webhook ?? '', request.caller.author(createdBy));
      },
    },
    ...deliveryRoutes(parts),
  ];
}

function deliveryRoutes(parts: WebhookRouteParts): readonly Route[] {
  const { webhooks } = parts;
  return [
    {
      method: 'GET',
      pattern: pattern(paths.webhookDeliveries),
      access: views,
      handler: (request) => {
        const { query } = request;
        const limit = Number(query.get('limit') ?? Number.NaN);
        const wanted = {
          webhook: query.get('webhook') ?? undefined,
          ...(Number.isInteger(limit) ? { limit } : {}),
        };
        const found = webhooks.deliveriesOf(application(parts, request), wanted);
        return { deliveries: found.map((one) => deliveryFor(request, one)) };
      },
    },
    {
      method: 'POST',
      pattern: pattern(paths.webhookRedelivery),
      access: deploys('redeliver'),
      handler: (request) => webhooks.redeliver(application(parts, request), request.parameters.delivery ?? ''),
    },
  ];
}

/** @throws AppcfgError `application.not-found` */
function application({ desired }: WebhookRouteParts, { parameters }: RouteRequest): string {
  return requireApplication({ desired }, parameters.app ?? '').id;
}

/** @throws AppcfgError `application.not-found`, `application.locked` */
function changedApplication(parts: WebhookRouteParts, request: RouteRequest): string {
  const id = application(parts, request);
  parts.locks.check(id, lockOf(request.message));
  return id;
}

/** Addresses of receivers are often secrets themselves, by their path. */
function summaryFor(request: RouteRequest, { lastDelivery, ...summary }: WebhookSummary): WebhookSummary {
  const isWhole = isDeployer(request);
  return {
    ...summary,
    ...(isWhole ? {} : { url: `${originOnly(summary.url)}/...` }),
    ...(lastDelivery === undefined ? {} : { lastDelivery: deliveryFor(request, lastDelivery) }),
  };
}

function deliveryFor(request: RouteRequest, delivery: WebhookDelivery): WebhookDelivery {
  if (isDeployer(request)) return delivery;
  const { response: _, ...shown } = delivery;
  return shown;
}

function isDeployer({ caller, parameters }: RouteRequest): boolean {
  return caller.may('deployer', parameters.app);
}

function pattern(path: (application: string, name: string) => string): string {
  const name = path === paths.webhookRedelivery ? ':delivery' : ':webhook';
  return path(':app', name).replaceAll('%3A', ':');
}
