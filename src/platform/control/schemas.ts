/** Shapes of what clients of the extension send. What the values mean is checked where they are used. */
import { z } from 'zod';
import type { ReleaseRequest } from '../../model/release.ts';
import type { Settings, SettingsKind } from '../../model/settings.ts';

const text = z.string().max(4096);
const requestId = z.string().min(8).max(128);
const author = { requestId, createdBy: z.string().max(256) };

const handlerBase = {
  url: text,
  login: z.enum(['optional', 'required', 'admin']),
  authFailAction: z.enum(['redirect', 'unauthorized']),
  secure: z.enum(['never', 'always', 'optional']),
  redirectHttpResponseCode: z.union([z.literal(301), z.literal(302), z.literal(303), z.literal(307)]).optional(),
};
const staticBase = {
  ...handlerBase,
  mimeType: text.optional(),
  expirationSeconds: z.number().optional(),
  httpHeaders: z.record(z.string(), z.string().max(16_384)).optional(),
  requireMatchingFile: z.boolean().optional(),
  applicationReadable: z.boolean().optional(),
};
const handler = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('script'), ...handlerBase, script: text }),
  z.looseObject({ type: z.literal('static-files'), ...staticBase, files: text, upload: text }),
  z.looseObject({ type: z.literal('static-dir'), ...staticBase, directory: text }),
  z.looseObject({ type: z.literal('api-endpoint'), ...handlerBase, script: text.optional() }),
]);

const count = z.number().int().min(0).max(1_000_000);
const scaling = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('automatic') }),
  z.looseObject({ type: z.literal('basic'), maxInstances: count.min(1), idleTimeoutMs: z.number().min(0) }),
  z.looseObject({ type: z.literal('manual'), instances: count.min(1) }),
]);

const strings = z.record(z.string().max(256), z.string().max(64 * 1024));
const spec = z.looseObject({
  runtime: z.string().max(256),
  environment: z.enum(['standard', 'flexible']),
  scaling,
  instanceClass: z.string().max(32),
  handlers: z.array(handler).max(1000),
  errorHandlers: z
    .array(z.looseObject({ errorCode: z.enum(['default', 'over_quota', 'dos_api_denial', 'timeout']), file: text }))
    .max(100),
  environmentVariables: strings,
  buildEnvironmentVariables: strings,
  inboundServices: z.array(z.string().max(64)).max(100),
  libraries: z.array(z.object({ name: z.string().max(128), version: z.string().max(64) })).max(200),
  isThreadsafe: z.boolean(),
  network: z.looseObject({ sessionAffinity: z.boolean().optional() }),
});

const manifest = z.object({
  files: z
    .array(
      z.object({
        path: z.string().max(1024),
        digest: z.string().length(64),
        size: z.number().int().min(0),
        isExecutable: z.boolean(),
      }),
    )
    .max(100_000),
});

const split = z.object({
  shardBy: z.enum(['ip', 'cookie', 'random']),
  allocations: z.record(z.string().max(63), z.number()),
});

const seconds = z.number().min(0);
const backoff = { minBackoffSeconds: seconds, maxBackoffSeconds: seconds, maxDoublings: count };
const cronRetry = z.looseObject({ jobRetryLimit: count, jobAgeLimitSeconds: seconds, ...backoff }).partial();
export const queueRetry = z.looseObject({ taskRetryLimit: count, taskAgeLimitSeconds: seconds, ...backoff }).partial();

const settings = {
  dispatch: z.array(z.object({ url: text, module: z.string().max(63) })).max(1000),
  cron: z
    .array(
      z.looseObject({
        url: text,
        schedule: z.string().max(512),
        timezone: z.string().max(128),
        description: z.string().max(512),
        target: z.string().max(256).optional(),
        retry: cronRetry.optional(),
        attemptDeadlineSeconds: seconds.optional(),
      }),
    )
    .max(1000),
  queues: z.looseObject({
    queues: z
      .array(
        z.looseObject({
          name: z.string().max(512),
          mode: z.enum(['push', 'pull']),
          ratePerSecond: z.number().min(0).optional(),
          bucketSize: count.optional(),
          maxConcurrentRequests: count.optional(),
          target: z.string().max(256).optional(),
          retry: queueRetry.optional(),
        }),
      )
      .max(1000),
    totalStorageLimitBytes: z.number().min(0).optional(),
    resumePausedQueues: z.boolean().optional(),
  }),
  indexes: z
    .array(
      z.looseObject({
        kind: text,
        ancestor: z.boolean(),
        properties: z.array(z.looseObject({ name: text })).max(1000),
      }),
    )
    .max(10_000),
  dos: z.array(z.looseObject({ subnet: z.string().max(64) })).max(1000),
} satisfies Record<SettingsKind, z.ZodType>;

// The schemas are looser than the model where only the file's reader knows the rules; the model's type is the contract.
export const releaseRequestSchema = z.object({
  application: z.string().max(256),
  requestId,
  uploads: z.array(z.object({ module: z.string().max(256), version: z.string().max(256), spec, manifest })).max(200),
  traffic: z.record(z.string().max(63), split),
  settings: z.object(settings).partial(),
  stop: z.array(z.object({ module: z.string().max(63), version: z.string().max(63) })).max(200),
  basedOn: z.string().max(32).optional(),
  basedOnState: z.string().length(64).optional(),
  asked: z.object({ content: z.string().length(64), generatedVersion: z.string().max(63).optional() }).optional(),
  createdBy: z.string().max(256),
  message: z.string().max(4096).optional(),
  commit: z
    .object({
      id: z.string().regex(/^[0-9a-f]{40,64}$/),
      branch: z.string().max(256).optional(),
      isDirty: z.boolean(),
    })
    .optional(),
}) as unknown as z.ZodType<ReleaseRequest>;

export const digestsSchema = z.object({ digests: z.array(z.string().length(64)).max(200_000) });
export const collectSchema = z.object({
  keepReleases: z.number().int().min(1).max(1000).optional(),
  isDryRun: z.boolean().default(false),
});
export const rollbackSchema = z.object({ release: z.string().max(32).optional(), ...author });
export const trafficSchema = z.object({ splits: z.record(z.string().max(63), split), ...author });
export const versionChangeSchema = z.object({
  status: z.enum(['serving', 'stopped']).optional(),
  // How many are allowed is a matter of the profile.
  instances: count.min(1).optional(),
  ...author,
});
export const authorSchema = z.object(author);

export function settingsSchema(kind: SettingsKind): z.ZodType<Partial<Settings>> {
  return z.object({ value: settings[kind] }).transform(({ value }) => ({ [kind]: value })) as unknown as z.ZodType<
    Partial<Settings>
  >;
}
