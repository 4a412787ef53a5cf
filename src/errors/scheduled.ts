/** Errors of what runs by itself: cron jobs, queues and their tasks. */
import { entry } from './entry.ts';

export const scheduledErrors = {
  'cron.not-found': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string; readonly url: string; readonly known: readonly string[] }) =>
      `Application ${d.application} has no cron job that calls ${d.url}.`,
    hints: (d) => [
      d.known.length > 0
        ? `Cron jobs: ${[...new Set(d.known)].join(', ')}`
        : 'Write a cron.yaml and upload it: appcfg update-cron',
    ],
  }),
  'cron.running': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string; readonly url: string }) =>
      `The cron job ${d.url} is running; runs of a job never overlap.`,
    hints: (d) => [`See when it has ended: appcfg cron list -A ${d.application}`],
  }),
  'queue.not-found': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string; readonly queue: string; readonly known: readonly string[] }) =>
      `Application ${d.application} has no queue ${d.queue}.`,
    hints: (d) => [`Queues: ${d.known.join(', ')}`, 'Add it to queue.yaml and upload that: appcfg update-queues'],
  }),
  'queue.disabled': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly queue: string }) =>
      `Queue ${d.queue} is disabled: queue.yaml does not name it any more, and its tasks are only kept.`,
    hints: (d) => [
      'Add it to queue.yaml again and upload that: appcfg update-queues',
      `Or drop its tasks: appcfg queue purge ${d.queue}`,
    ],
  }),
  'queue.rate-zero': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly queue: string }) => `Queue ${d.queue} is paused by "rate: 0" in queue.yaml.`,
    hints: () => ['Give it another rate and upload the file: appcfg update-queues'],
  }),
  'queue.paused': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly queue: string }) => `Queue ${d.queue} is paused: no tasks can be leased from it.`,
    hints: (d) => [`Resume it: appcfg queue resume ${d.queue}`],
  }),
  'queue.wrong-mode': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly queue: string; readonly mode: string; readonly action: string }) =>
      `Queue ${d.queue} is a ${d.mode} queue: ${d.action}.`,
  }),
  'queue.full': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string; readonly limit: number }) =>
      `The tasks of application ${d.application} would take more than the ${d.limit} bytes that queue.yaml allows.`,
    hints: () => ['Raise total_storage_limit in queue.yaml, or let tasks be done first.'],
  }),
  'task.invalid': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly queue: string; readonly task?: string; readonly reason: string }) =>
      `Nothing was added to queue ${d.queue}: ${d.task === undefined ? 'a task' : `task ${d.task}`} ${d.reason}.`,
  }),
  'task.payload-unreadable': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly path: string; readonly reason: string }) =>
      `The payload can't be read from ${d.path}: ${d.reason}.`,
  }),
  'task.too-many': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly queue: string; readonly count: number; readonly limit: number }) =>
      `Nothing was added to queue ${d.queue}: ${d.count} tasks are more than the ${d.limit} that can be added at once.`,
    hints: () => ['Add them in several steps.'],
  }),
  'task.exists': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly queue: string; readonly task: string }) =>
      `Queue ${d.queue} has a task ${d.task} already; it was not added again.`,
  }),
  'task.name-used': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly queue: string; readonly task: string }) =>
      `Queue ${d.queue} had a task ${d.task} not long ago; a name is used once, so that nothing is done twice.`,
    hints: () => ['Use another name. A name can be used again 9 days after its task is gone.'],
  }),
  'task.not-found': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly queue: string; readonly task: string }) => `Queue ${d.queue} has no task ${d.task}.`,
    hints: (d) => [`List its tasks: appcfg queue tasks ${d.queue}`],
  }),
  'task.running': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly queue: string; readonly task: string }) =>
      `Task ${d.task} of queue ${d.queue} is running already.`,
  }),
  'task.lease-invalid': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly queue: string; readonly reason: string }) =>
      `Nothing was leased from queue ${d.queue}: ${d.reason}.`,
  }),
  'task.lease-expired': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly queue: string; readonly task: string }) =>
      `The lease of task ${d.task} of queue ${d.queue} is over, or is somebody else's by now.`,
    hints: () => ['Lease the task again before working on it.'],
  }),
};
