/** Roles that not every backend has: instances, logs, sources. */
import type { Backend } from '../../backend/backend.ts';
import type { CallOptions } from '../../backend/call-options.ts';
import { failure } from '../../errors.ts';
import type { InstanceSummary } from '../../model/instance.ts';
import type { LogQuery, LogRecord } from '../../model/log.ts';
import type { InstanceResource } from './api-types.ts';
import { readManifest } from './deployments.ts';
import { appPath, type GoogleContext } from './google-context.ts';
import { mutate } from './google-operations.ts';
import type { KnownApplication } from './known-application.ts';
import { queryLogs } from './log-entries.ts';
import { requireVersion } from './plan-changes.ts';
import { statusOf } from './refusal.ts';
import { stagedFiles } from './staged-files.ts';

/** As often as `gcloud app logs tail`. */
const FOLLOW_EVERY_MS = 1000;
/** Entries come late, and not in order: this much is looked at again. */
const LATE_MS = 10_000;

type Known = (application: string, call?: CallOptions) => Promise<KnownApplication>;

export function instancesRole(context: GoogleContext, known: Known): NonNullable<Backend['instances']> {
  return {
    list: async (application, call = {}) => {
      const { live } = await known(application, call);
      const found = await Promise.all(
        live.services.flatMap(({ service, versions }) =>
          versions.map(async ({ id: version }) => {
            const name = { application, module: service.id, version };
            const path = `${versionPath(name)}/instances`;
            const { signal } = call;
            const request = { api: 'appengine', method: 'GET', path, query: { pageSize: 100 }, signal } as const;
            const instances = (await context.client.list<InstanceResource>(request, 'instances')) ?? [];
            return instances.map((instance) => ({ ...summaryOf(instance), ...name }));
          }),
        ),
      );
      return found.flat();
    },
    stop: async (name, instance, call = {}) => {
      const { application, module, version } = name;
      requireVersion((await known(application, call)).live, name);
      const target = `services/${module}/versions/${version}/instances/${encodeURIComponent(instance)}`;
      const request = { method: 'DELETE', path: `${appPath(application)}/${target}` } as const;
      const what = `stopping instance ${instance}`;
      try {
        await mutate(
          context,
          { application, request, target, method: 'DeleteInstance', what },
          { signal: call.signal },
        );
      } catch (error) {
        if (statusOf(error) === 404) throw failure('instance.not-found', { module, version, instance });
        throw error;
      }
    },
  };
}

interface Name {
  readonly application: string;
  readonly module: string;
  readonly version: string;
}

function versionPath({ application, module, version }: Name): string {
  return `${appPath(application)}/services/${module}/versions/${version}`;
}

function summaryOf(instance: InstanceResource): Omit<InstanceSummary, keyof Name> {
  const { id, startTime, requests = 0, errors = 0, averageLatency = 0, memoryUsage, vmStatus, vmLiveness } = instance;
  return {
    id,
    state:
      vmStatus === undefined || vmStatus === 'RUNNING' ? 'ready' : vmStatus === 'TERMINATED' ? 'stopping' : 'starting',
    reason: [vmStatus, vmLiveness].filter(Boolean).join(', ') || 'Google says nothing more',
    ...(startTime === undefined ? {} : { startedAt: startTime }),
    requests,
    errors,
    requestsInFlight: 0,
    averageLatencyMs: averageLatency,
    ...(memoryUsage === undefined ? {} : { memoryBytes: Number(memoryUsage) }),
    restarts: 0,
  };
}

export function logsRole(context: GoogleContext): NonNullable<Backend['logs']> {
  return {
    query: (query, call = {}) => queryLogs(context, query, call),
    follow: (query, call = {}) => followLogs(context, query, call),
  };
}

async function* followLogs(
  context: GoogleContext,
  query: LogQuery,
  { signal }: CallOptions,
): AsyncGenerator<LogRecord> {
  const { limit: _limit, untilMs: _until, sinceMs: _since, ...others } = query;
  const startMs = context.clock.now();
  const seen = new Map<string, number>();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const sinceMs = Math.max(startMs, context.clock.now() - LATE_MS);
      for (const record of await queryLogs(context, { ...others, sinceMs }, { signal })) {
        const key = JSON.stringify(record);
        if (!seen.has(key)) yield record;
        seen.set(key, record.timeMs);
      }
      for (const [key, timeMs] of seen) if (timeMs < sinceMs) seen.delete(key);
      await context.clock.sleep(FOLLOW_EVERY_MS, signal);
    }
  } catch (error) {
    // Following ends when whoever follows says so: that is no failure.
    if (signal?.aborted !== true) throw error;
  }
}

/** Google gives no sources back; what appcfg deployed is in the staging bucket, for as long as it is kept there. */
export function sourceRole(context: GoogleContext, known: Known): NonNullable<Backend['source']> {
  const manifestOf = async (name: Name, call: CallOptions = {}) => {
    const { home, live } = await known(name.application, call);
    const { module, version } = name;
    requireVersion(live, name);
    const id = live.snapshot.modules[module]?.versions[version]?.deployment;
    const deployment = id === undefined ? undefined : live.state.deployments[id];
    if (!deployment) {
      const what = `giving back the files of ${module}:${version}, which another tool deployed`;
      throw failure('google.unsupported', {
        what,
        advice: 'Google keeps no sources: get them where they were deployed from.',
      });
    }
    const manifest = await readManifest(home, deployment.manifestDigest, call);
    if (!manifest) throw failure('google.files-gone', { module, version, files: deployment.fileCount });
    return { home, manifest };
  };
  return {
    list: async (name, call) =>
      (await manifestOf(name, call)).manifest.files.map(({ path, size, digest }) => ({ path, size, digest })),
    read: async (name, path, call = {}) => {
      const { home, manifest } = await manifestOf(name, call);
      const { module, version } = name;
      const file = manifest.files.find((candidate) => candidate.path === path);
      if (!file) throw failure('file.not-found', { module, version, path });
      const staged = (await stagedFiles(home, context.clock, 1, call)).get(file.digest);
      const content = staged && (await home.staging.read(staged.object, call));
      if (!content) throw failure('google.files-gone', { module, version, files: 1 });
      return content.bytes;
    },
  };
}
