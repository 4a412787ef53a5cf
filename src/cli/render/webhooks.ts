/** Web-hooks and their deliveries -> text. */
import type { WebhookDelivery, WebhookSummary } from '../../model/webhook.ts';
import { printable } from './printable.ts';
import { duration, localTime } from './quantity.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';

export function renderWebhooks(webhooks: readonly WebhookSummary[], style: Style): string {
  if (webhooks.length === 0) return 'There are no web-hooks. Add one: appcfg webhook add URL';
  return renderTable(
    webhooks,
    [
      { header: 'ID', cell: (row) => row.id },
      { header: 'STATE', cell: (row) => stateOf(row, style) },
      { header: 'LAST DELIVERY', cell: (row) => (row.lastDelivery ? localTime(row.lastDelivery.createdAt) : '') },
      { header: 'EVENTS', cell: (row) => row.events.join(', ') },
      { header: 'URL', cell: (row) => printable(row.url) },
    ],
    style,
  );
}

export function renderDeliveries(deliveries: readonly WebhookDelivery[], style: Style): string {
  if (deliveries.length === 0) return 'There are no deliveries.';
  return renderTable(
    deliveries,
    [
      { header: 'DELIVERY', cell: (row) => row.id },
      { header: 'TIME', cell: (row) => localTime(row.createdAt) },
      { header: 'WEB-HOOK', cell: (row) => row.webhook },
      { header: 'EVENT', cell: (row) => row.event },
      { header: 'TRIES', cell: (row) => String(row.attempts), align: 'right' },
      { header: 'TOOK', cell: (row) => (row.durationMs === undefined ? '' : duration(row.durationMs)), align: 'right' },
      { header: 'RESULT', cell: (row) => resultOf(row, style) },
    ],
    style,
  );
}

/** Of a ping: what was answered, with the beginning of the answer. */
export function renderPing(delivery: WebhookDelivery, style: Style): string {
  const { durationMs = 0, response = '' } = delivery;
  const head = `${resultOf(delivery, style)}, after ${duration(durationMs)}`;
  const answer = printable(response.trim());
  return answer === '' ? head : `${head}\n${answer}`;
}

function stateOf({ disabledAt, lastDelivery }: WebhookSummary, style: Style): string {
  if (disabledAt !== undefined) return style.red('disabled (410)');
  if (lastDelivery?.state === 'failed') return style.red('failing');
  return lastDelivery?.state === 'queued' && lastDelivery.attempts > 0 ? style.yellow('failing') : style.green('on');
}

function resultOf({ state, status, failure, nextAttemptAt }: WebhookDelivery, style: Style): string {
  const facts = [status === undefined ? undefined : String(status), failure && printable(failure)];
  const told = facts.filter((fact) => fact !== undefined).join(', ');
  const text = told === '' ? state : `${state} (${told})`;
  if (state === 'delivered') return style.green(text);
  if (state === 'failed') return style.red(text);
  return nextAttemptAt === undefined ? text : style.yellow(`${text}, next ${localTime(nextAttemptAt)}`);
}
