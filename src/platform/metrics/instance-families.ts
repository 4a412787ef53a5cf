/** What runs, and what waits to -> metrics. */
import type { InstanceState, InstanceSummary } from '../../model/instance.ts';
import type { MetricFamily, Sample } from './exposition.ts';

export interface LiveVersionFacts {
  readonly application: string;
  readonly module: string;
  readonly version: string;
  /** Requests that wait for an instance. */
  readonly pending: number;
}

const states: readonly InstanceState[] = ['spawning', 'starting', 'ready', 'stopping', 'failed'];

export function instanceFamilies(
  versions: readonly LiveVersionFacts[],
  instances: readonly InstanceSummary[],
): readonly MetricFamily[] {
  const each = (value: (instance: InstanceSummary) => number | undefined) =>
    instances.flatMap((instance): readonly Sample[] => {
      const found = value(instance);
      return found === undefined ? [] : [{ labels: { ...labelsOf(instance), instance: instance.id }, value: found }];
    });
  const gauge = { type: 'gauge' } as const;
  return [
    {
      ...{ name: 'appcfg_instances', ...gauge, help: 'Instances of each version by state.' },
      samples: versions.flatMap((version) => stateSamples(version, instances)),
    },
    {
      ...{ name: 'appcfg_pending_requests', ...gauge, help: 'Requests that wait for an instance.' },
      samples: versions.map((version) => ({ labels: labelsOf(version), value: version.pending })),
    },
    {
      ...{ name: 'appcfg_instance_requests_in_flight', ...gauge, help: 'Requests that an instance works on.' },
      samples: each(({ requestsInFlight }) => requestsInFlight),
    },
    {
      ...{ name: 'appcfg_instance_memory_bytes', ...gauge, help: 'Memory of all processes of an instance.' },
      samples: each(({ memoryBytes }) => memoryBytes),
    },
    {
      name: 'appcfg_instance_cpu_seconds_total',
      type: 'counter',
      help: 'Processor time of all processes of an instance.',
      samples: each(({ cpuSeconds }) => cpuSeconds),
    },
    {
      ...{ name: 'appcfg_instance_start_time_seconds', ...gauge, help: 'When an instance was started, since 1970.' },
      samples: each(({ startedAt }) => (startedAt === undefined ? undefined : Date.parse(startedAt) / 1000)),
    },
    {
      name: 'appcfg_instance_restarts_total',
      type: 'counter',
      help: 'How often the instance of this id was started again.',
      samples: each(({ restarts }) => restarts),
    },
  ];
}

function stateSamples(version: LiveVersionFacts, instances: readonly InstanceSummary[]): readonly Sample[] {
  const { application, module, version: id } = version;
  const own = instances.filter(
    (instance) => instance.application === application && instance.module === module && instance.version === id,
  );
  return states.map((state) => ({
    labels: { ...labelsOf(version), state },
    value: own.filter((instance) => instance.state === state).length,
  }));
}

function labelsOf({ application, module, version }: Pick<LiveVersionFacts, 'application' | 'module' | 'version'>) {
  return { application, module, version };
}
