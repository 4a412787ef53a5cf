/** Queues and tasks -> tables; one try of a task -> a sentence. */
import type { QueueSummary, TaskRun, TaskSummary } from '../../model/task-queue.ts';
import { statusText } from './cron-jobs.ts';
import { bytes, duration, localTime } from './quantity.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';

export function renderQueues(queues: readonly QueueSummary[], style: Style): string {
  return renderTable(
    queues,
    [
      { header: 'QUEUE', cell: (queue) => queue.name },
      { header: 'MODE', cell: (queue) => queue.mode },
      { header: 'STATE', cell: (queue) => stateText(queue, style) },
      { header: 'RATE', cell: (queue) => rateText(queue, style), align: 'right' },
      { header: 'TASKS', cell: (queue) => String(queue.tasks), align: 'right' },
      { header: 'RUNNING', cell: (queue) => String(queue.running), align: 'right' },
      { header: 'LAST MINUTE', cell: (queue) => String(queue.executedLastMinute), align: 'right' },
      { header: 'OLDEST', cell: (queue) => (queue.oldestEta === undefined ? '' : localTime(queue.oldestEta)) },
    ],
    style,
  );
}

export function renderTasks(tasks: readonly TaskSummary[], style: Style): string {
  return renderTable(
    tasks,
    [
      { header: 'TASK', cell: (task) => task.name },
      { header: 'STATE', cell: (task) => (task.state === 'waiting' ? task.state : style.green(task.state)) },
      { header: 'TIME', cell: (task) => localTime(task.eta) },
      { header: 'CALL', cell: (task) => `${task.method} ${task.url}` },
      { header: 'TAG', cell: (task) => task.tag ?? '' },
      { header: 'SIZE', cell: (task) => (task.size === undefined ? '' : bytes(task.size)), align: 'right' },
      { header: 'ATTEMPTS', cell: (task) => String(task.attempts), align: 'right' },
      {
        header: 'LAST STATUS',
        cell: (task) => (task.lastStatus === undefined ? '' : statusText(task.lastStatus, style)),
      },
    ],
    style,
  );
}

export function taskRunText({ name, status, outcome, nextAt, latencyMs }: TaskRun, style: Style): string {
  const answer =
    status === 0 ? 'gave no complete answer' : `answered ${statusText(status, style)} in ${duration(latencyMs)}`;
  switch (outcome) {
    case 'done':
      return `task ${name} ${answer} and is done.`;
    case 'retried':
      return `task ${name} ${answer}${nextAt === undefined ? '' : `; the next try is at ${localTime(nextAt)}`}.`;
    case 'given-up':
      return `task ${name} ${answer} and was given up: it has no tries left.`;
  }
}

function stateText({ state, pausedBy }: QueueSummary, style: Style): string {
  switch (state) {
    case 'running':
      return style.green(state);
    case 'paused':
      return style.yellow(pausedBy === 'rate' ? 'paused (rate: 0)' : state);
    case 'disabled':
      return style.yellow('disabled (not in queue.yaml)');
  }
}

/** `5/s`, and what is left of it while the application is overloaded. */
function rateText({ ratePerSecond, enforcedRatePerSecond }: QueueSummary, style: Style): string {
  if (ratePerSecond === undefined) return '';
  const configured = `${rounded(ratePerSecond)}/s`;
  if (enforcedRatePerSecond === undefined || enforcedRatePerSecond >= ratePerSecond) return configured;
  return style.yellow(`${rounded(enforcedRatePerSecond)}/s of ${configured}`);
}

function rounded(perSecond: number): string {
  return String(Number(perSecond.toPrecision(3)));
}
