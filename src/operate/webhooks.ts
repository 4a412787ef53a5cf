/** Adds, removes, tests and lists web-hooks. A secret passes through here once and is kept nowhere. */
import { randomBytes } from 'node:crypto';
import { requireRole } from '../backend/require-role.ts';
import { failure } from '../errors.ts';
import {
  type DeliveryQuery,
  KEPT_DELIVERIES,
  MAX_WEBHOOKS,
  originOnly,
  type WebhookDelivery,
  type WebhookEvent,
  type WebhookSummary,
  webhookEvents,
  webhookSecretProblem,
  webhookUrlProblem,
} from '../model/webhook.ts';
import { applyChange } from './apply-change.ts';
import type { ChangeResult, OperateContext } from './operate-context.ts';

export interface AddWebhookRequest {
  readonly application: string;
  readonly url: string;
  /** Empty: all. */
  readonly events: readonly WebhookEvent[];
  /** undefined: one is made. */
  readonly secret: string | undefined;
  readonly isDryRun: boolean;
}

export interface WebhookAdded extends ChangeResult {
  readonly webhook?: WebhookSummary;
  /** Only when it was made here, and only in this answer. */
  readonly secret?: string;
}

const SECRET_BYTES = 32;

/** @throws AppcfgError `webhook.bad-url`, `webhook.refused-address`, `webhook.bad-secret`, `webhook.exists`, `webhook.too-many` */
export async function addWebhook(context: OperateContext, request: AddWebhookRequest): Promise<WebhookAdded> {
  const { application, url, isDryRun } = request;
  const role = requireRole(context.backend, 'webhooks');
  const problem = webhookUrlProblem(url);
  if (problem !== undefined) throw failure('webhook.bad-url', { url: originOnly(url), problem });
  const secretProblem = request.secret === undefined ? undefined : webhookSecretProblem(request.secret);
  if (secretProblem !== undefined) throw failure('webhook.bad-secret', { problem: secretProblem });
  const events = request.events.length === 0 ? webhookEvents : [...new Set(request.events)];
  const { href } = new URL(url);
  const same = (await role.list(application, { signal: context.signal })).find((webhook) => webhook.url === href);
  if (same) throw failure('webhook.exists', { application, webhook: same.id });
  const secret = request.secret ?? `whsec_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  let webhook: WebhookSummary | undefined;
  const result = await applyChange(context, {
    application,
    what: 'a web-hook was added',
    plan: [`tell ${href} of ${events.join(', ')}`],
    isDryRun,
    run: async (options) => {
      webhook = await role.add(application, { url: href, events, secret }, options);
      return undefined;
    },
  });
  if (webhook === undefined) return result;
  return { ...result, webhook, ...(request.secret === undefined ? { secret } : {}) };
}

export async function listWebhooks(
  { backend, signal }: OperateContext,
  application: string,
): Promise<readonly WebhookSummary[]> {
  return requireRole(backend, 'webhooks').list(application, { signal });
}

/** @throws AppcfgError `webhook.not-found` */
export async function removeWebhook(
  context: OperateContext,
  request: { readonly application: string; readonly id: string; readonly isDryRun: boolean },
): Promise<ChangeResult> {
  const { application, id, isDryRun } = request;
  const role = requireRole(context.backend, 'webhooks');
  const known = await role.list(application, { signal: context.signal });
  const webhook = known.find((one) => one.id === id);
  if (!webhook) throw failure('webhook.not-found', { application, webhook: id, known: known.map((one) => one.id) });
  return applyChange(context, {
    application,
    what: 'a web-hook was removed',
    plan: [`tell ${webhook.url} nothing any more, and forget its deliveries`],
    isDryRun,
    run: async (options) => {
      await role.remove(application, id, options);
      return undefined;
    },
  });
}

/** Sends a ping and answers what came of it. @throws AppcfgError `webhook.not-found`, `webhook.busy` */
export async function testWebhook(
  { backend, signal }: OperateContext,
  application: string,
  id: string,
): Promise<WebhookDelivery> {
  return requireRole(backend, 'webhooks').test(application, id, { signal });
}

/** The newest first. @throws AppcfgError `webhook.not-found` */
export async function listDeliveries(
  { backend, signal }: OperateContext,
  application: string,
  query: DeliveryQuery,
): Promise<readonly WebhookDelivery[]> {
  return requireRole(backend, 'webhooks').deliveries(application, query, { signal });
}

/** @throws AppcfgError `webhook.delivery-not-found`, `webhook.disabled` */
export async function redeliver(
  context: OperateContext,
  request: { readonly application: string; readonly delivery: string; readonly isDryRun: boolean },
): Promise<ChangeResult> {
  const { application, delivery, isDryRun } = request;
  const role = requireRole(context.backend, 'webhooks');
  const known = await role.deliveries(
    application,
    { limit: MAX_WEBHOOKS * KEPT_DELIVERIES },
    { signal: context.signal },
  );
  if (!known.some(({ id }) => id === delivery)) throw failure('webhook.delivery-not-found', { application, delivery });
  return applyChange(context, {
    application,
    what: 'a delivery was queued',
    plan: [`send ${delivery} once more`],
    isDryRun,
    run: async (options) => {
      await role.redeliver(application, delivery, options);
      return undefined;
    },
  });
}
