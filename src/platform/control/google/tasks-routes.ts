/** Cloud Tasks' queues: the task queues of an application, as `gcloud app deploy queue.yaml` reads and writes them. */

import type { Queue, QueueSettings } from '../../../model/settings.ts';
import { deploys, views } from '../../access/route-access.ts';
import type { AdminParts } from '../admin/admin-parts.ts';
import { page } from '../admin/page.ts';
import { applicationOf, notFound, updateMask } from '../admin/request-facts.ts';
import { readJson } from '../json-body.ts';
import type { Route, RouteRequest } from '../route-table.ts';
import { checkedSettings } from './checked-settings.ts';
import { changedQueue, type KnownQueue, queueShape, shownQueue } from './queue-resource.ts';
import type { SettingsTurns } from './settings-turns.ts';

const changeable = [
  ...['rateLimits.*', 'retryConfig.*', 'appEngineHttpQueue.*', 'appEngineRoutingOverride.*', 'type'],
  ...['taskTtl', 'tombstoneTtl', 'state'],
];

export function tasksRoutes(parts: AdminParts, turns: SettingsTurns): readonly Route[] {
  return ['/v2', '/v2beta2', '/v2beta3'].flatMap((api): readonly Route[] => {
    const queues = `${api}/projects/:app/locations/:location/queues`;
    const queue = `${queues}/:queue`;
    const act = (change: (application: string, name: string) => Promise<unknown>) => async (request: RouteRequest) => {
      const { name } = requireQueue(parts, turns, request);
      await change(applicationOf(request), name);
      return shownQueue(request, requireQueue(parts, turns, request));
    };
    return [
      {
        method: 'GET',
        pattern: queues,
        access: views,
        handler: (request) => {
          const all = knownQueues(parts, turns, applicationOf(request));
          return page(
            'queues',
            all.map((known) => shownQueue(request, known)),
            request.query,
          );
        },
      },
      {
        method: 'POST',
        pattern: queues,
        access: deploys('create queue'),
        handler: (request) => putQueue(parts, turns, request, 'create'),
      },
      {
        method: 'POST',
        pattern: `${queue}:pause`,
        access: deploys('pause queue'),
        handler: act((app, name) => parts.queues.pause(app, name)),
      },
      {
        method: 'POST',
        pattern: `${queue}:resume`,
        access: deploys('resume queue'),
        handler: act((app, name) => parts.queues.resume(app, name)),
      },
      {
        method: 'POST',
        pattern: `${queue}:purge`,
        access: deploys('purge queue'),
        handler: act((app, name) => parts.queues.purge(app, name)),
      },
      {
        method: 'GET',
        pattern: queue,
        access: views,
        handler: (request) => shownQueue(request, requireQueue(parts, turns, request)),
      },
      {
        method: 'PATCH',
        pattern: queue,
        access: deploys('change queue'),
        handler: (request) => putQueue(parts, turns, request, 'patch'),
      },
      {
        method: 'DELETE',
        pattern: queue,
        access: deploys('delete queue'),
        handler: (request) => deleteQueue(parts, turns, request),
      },
    ];
  });
}

async function putQueue(
  parts: AdminParts,
  turns: SettingsTurns,
  request: RouteRequest,
  mode: 'create' | 'patch',
): Promise<unknown> {
  const body = await readJson(request.message, queueShape);
  const mask = mode === 'patch' ? updateMask(request, changeable) : changeable.map((field) => field.replace('.*', ''));
  const name = request.parameters.queue ?? body.name?.split('/').at(-1) ?? '';
  const application = applicationOf(request);
  await turns.change(application, request, ({ queues }) => {
    const before = queues.queues.find((queue) => queue.name === name);
    return { queues: withQueue(queues, changedQueue(before ?? { name, mode: 'push' }, mask, body)) };
  });
  const known = knownQueues(parts, turns, application).find((queue) => queue.name === name);
  if (!known) throw notFound('queue', name);
  return shownQueue(request, known);
}

async function deleteQueue(parts: AdminParts, turns: SettingsTurns, request: RouteRequest): Promise<unknown> {
  const { name } = requireQueue(parts, turns, request);
  await turns.change(applicationOf(request), request, ({ queues }) => {
    const others = queues.queues.filter((queue) => queue.name !== name);
    return { queues: checkedSettings('queues', { ...queues, queues: others, resumePausedQueues: false }) };
  });
  return {};
}

/** This API says apart what a queue is and whether it is paused, so that saying the one leaves the other alone. */
function withQueue(settings: QueueSettings, queue: Queue): QueueSettings {
  const isNew = !settings.queues.some(({ name }) => name === queue.name);
  const queues = isNew
    ? [...settings.queues, queue]
    : settings.queues.map((other) => (other.name === queue.name ? queue : other));
  return checkedSettings('queues', { ...settings, queues, resumePausedQueues: false });
}

function knownQueues(parts: AdminParts, turns: SettingsTurns, application: string): readonly KnownQueue[] {
  const { queues } = turns.settings(application).queues;
  return parts.queues.list(application).map(({ name, mode, state }) => ({
    name,
    state,
    settings: queues.find((queue) => queue.name === name) ?? { name, mode },
  }));
}

function requireQueue(parts: AdminParts, turns: SettingsTurns, request: RouteRequest): KnownQueue {
  const name = request.parameters.queue ?? '';
  const found = knownQueues(parts, turns, applicationOf(request)).find((queue) => queue.name === name);
  if (!found) throw notFound('queue', name);
  return found;
}
