/** What must hold of the answers, whenever the platform was killed. */
import type { Sample } from './traffic.ts';

/** From the kill to the readiness of the next platform. */
export interface Outage {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * The outage of a platform that died by itself, at a moment that nobody saw: it lived as long as requests that began
 * were still answered. The end of its process is noticed late on a busy machine.
 */
export function outageOf(samples: readonly Sample[], goneAtMs: number, untilMs: number): Outage {
  const answered = samples.filter(({ failure, startedMs }) => failure === undefined && startedMs < goneAtMs);
  return { fromMs: answered.reduce((latest, { startedMs }) => Math.max(latest, startedMs), 0), untilMs };
}

/** Failed requests that no outage explains: a platform that is down does not answer, and never with "not found". */
export function unexplained(samples: readonly Sample[], outages: readonly Outage[]): readonly Sample[] {
  const isExplained = ({ startedMs, endedMs, failure = '' }: Sample) =>
    !/^status (?!503)/.test(failure) &&
    outages.some(({ fromMs, untilMs }) => startedMs <= untilMs && endedMs >= fromMs);
  return samples.filter((sample) => sample.failure !== undefined && !isExplained(sample));
}

/** Releases whose modules did not all come from one upload, or that answered with several. */
export function mixed(samples: readonly Sample[]): readonly string[] {
  const marks = new Map<string, Set<string>>();
  for (const { release, mark } of samples) {
    if (release === undefined || mark === undefined) continue;
    marks.set(release, (marks.get(release) ?? new Set()).add(mark));
  }
  return [...marks].filter(([, found]) => found.size > 1).map(([release, found]) => `${release}: ${[...found]}`);
}

/** Requests that began after a newer release had answered, and were answered by an older one. */
export function backwards(samples: readonly Sample[]): readonly Sample[] {
  const answered = samples.filter(({ release }) => release !== undefined);
  const byEnd = [...answered].sort((a, b) => a.endedMs - b.endedMs);
  const byStart = [...answered].sort((a, b) => a.startedMs - b.startedMs);
  const found: Sample[] = [];
  let newest = 0;
  let next = 0;
  for (const sample of byStart) {
    for (let ended = byEnd[next]; ended && ended.endedMs < sample.startedMs; ended = byEnd[next]) {
      newest = Math.max(newest, numberOf(ended));
      next += 1;
    }
    if (numberOf(sample) < newest) found.push(sample);
  }
  return found;
}

function numberOf({ release }: Sample): number {
  return Number(release?.slice(1));
}
