/** Counts what happens seldom enough to be counted by name: changes that end, tasks and cron jobs that are tried. */
import type { Operation } from '../../model/operation.ts';
import type { InternalRequest, InternalResponse } from '../router/internal-request.ts';
import type { MetricFamily, Sample } from './exposition.ts';

type Dispatch = (request: InternalRequest) => Promise<InternalResponse>;

class LabelledCounter {
  readonly #samples = new Map<string, { readonly labels: Readonly<Record<string, string>>; value: number }>();

  add(labels: Readonly<Record<string, string>>, amount = 1): void {
    const key = JSON.stringify(labels);
    const sample = this.#samples.get(key) ?? { labels, value: 0 };
    sample.value += amount;
    this.#samples.set(key, sample);
  }

  get samples(): readonly Sample[] {
    return [...this.#samples.values()];
  }
}

export class EventCounters {
  readonly #operations = new LabelledCounter();
  readonly #operationSeconds = new LabelledCounter();
  readonly #attempts = new LabelledCounter();

  operationEnded({ application, kind, state, createdAt, finishedAt }: Operation): void {
    this.#operations.add({ application, kind, state });
    if (finishedAt === undefined) return;
    this.#operationSeconds.add(
      { application, kind },
      Math.max(0, Date.parse(finishedAt) - Date.parse(createdAt)) / 1000,
    );
  }

  /** The same dispatch, counted. */
  counting(dispatch: Dispatch): Dispatch {
    return async (request) => {
      const response = await dispatch(request);
      const status = response.status === 0 ? 'none' : `${Math.floor(response.status / 100)}xx`;
      this.#attempts.add({ application: request.application, kind: request.kind, status });
      return response;
    };
  }

  families(): readonly MetricFamily[] {
    return [
      {
        name: 'appcfg_operations_total',
        type: 'counter',
        help: 'Changes of applications that ended; kind "release" is a deploy.',
        samples: this.#operations.samples,
      },
      {
        name: 'appcfg_operation_seconds_total',
        type: 'counter',
        help: 'How long those changes took together.',
        samples: this.#operationSeconds.samples,
      },
      {
        name: 'appcfg_scheduled_requests_total',
        type: 'counter',
        help: 'Tries of tasks and cron jobs by what they were answered.',
        samples: this.#attempts.samples,
      },
    ];
  }
}
