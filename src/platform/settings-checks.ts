/** Whether the platform can act on settings: checked again here, because a client may lie or be out of date. Pure. */
import { isIP } from 'node:net';
import { parseSchedule } from '../model/schedule/parse-schedule.ts';
import { isTimezone } from '../model/schedule/zoned-time.ts';
import type { CronJob, DosRule, Queue, Settings } from '../model/settings.ts';

const MOST_PER_SECOND = 500;
const LARGEST_BUCKET = 500;
const cronTarget = /^(?:(?!-)[a-z\d-]{1,63}:)?(?!-)[a-z\d-]{1,100}$/;
const queueTarget = /^(?:(?!-)[a-z\d-]{1,100}\.)?(?!-)[a-z\d-]{1,63}$/;
const queueName = /^[A-Za-z\d-]{1,499}$/;
/** Would end a line of the request. */
const controlCharacter = /\p{Cc}/u;

/** The first reason to refuse them; undefined when there is none. */
export function settingsProblem({ cron = [], queues, dos = [] }: Partial<Settings>): string | undefined {
  return first(cron, cronProblem) ?? queuesProblem(queues?.queues ?? []) ?? first(dos, dosProblem);
}

function first<T>(entries: readonly T[], problemOf: (entry: T) => string | undefined): string | undefined {
  for (const entry of entries) {
    const problem = problemOf(entry);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function cronProblem({ url, schedule, timezone, target, retry }: CronJob): string | undefined {
  const job = `the cron job ${JSON.stringify(url)}`;
  if (!url.startsWith('/') || controlCharacter.test(url)) return `${job} does not call a path`;
  const parsed = parseSchedule(schedule);
  if (!parsed.ok) return `the schedule ${JSON.stringify(schedule)} of ${job} can't be understood: ${parsed.problem}`;
  if (!isTimezone(timezone)) return `${job} names the time zone ${JSON.stringify(timezone)}, which does not exist`;
  if (target !== undefined && !cronTarget.test(target)) return `the target of ${job} is no version or module:version`;
  return hasCrossedBackoff(retry) ? `the minimum back-off of ${job} is above the maximum` : undefined;
}

function queuesProblem(queues: readonly Queue[]): string | undefined {
  const names = new Set<string>();
  return first(queues, (queue) => {
    if (names.has(queue.name)) return `the queue ${JSON.stringify(queue.name)} is there twice`;
    names.add(queue.name);
    return queueProblem(queue);
  });
}

function queueProblem({ name, ratePerSecond = 0, bucketSize = 0, target, retry }: Queue): string | undefined {
  const queue = `the queue ${JSON.stringify(name)}`;
  if (!queueName.test(name)) return `${queue} has a name that is not letters, digits and hyphens`;
  if (ratePerSecond > MOST_PER_SECOND) return `the rate of ${queue} is above ${MOST_PER_SECOND} a second`;
  if (bucketSize > LARGEST_BUCKET) return `the bucket size of ${queue} is above ${LARGEST_BUCKET}`;
  if (target !== undefined && !queueTarget.test(target)) return `the target of ${queue} is no module or version.module`;
  return hasCrossedBackoff(retry) ? `the minimum back-off of ${queue} is above the maximum` : undefined;
}

function hasCrossedBackoff(retry: CronJob['retry'] | Queue['retry']): boolean {
  const { minBackoffSeconds: least, maxBackoffSeconds: most } = retry ?? {};
  return least !== undefined && most !== undefined && least > most;
}

/** A rule that can't be understood would let everybody in. */
function dosProblem({ subnet }: DosRule): string | undefined {
  const [address = '', bits, more] = subnet.split('/');
  const version = isIP(address);
  const isPrefix = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
  if (version !== 0 && isPrefix && more === undefined) return undefined;
  return `the subnet ${JSON.stringify(subnet)} is no IP address or block of them`;
}
