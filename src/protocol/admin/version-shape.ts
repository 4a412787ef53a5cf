/** The Version resource as clients send it: shapes and limits only; what the values mean is checked as in app.yaml. */
import { z } from 'zod';

/** int64 travels as text, and some clients send every number as text or as a float. */
const amount = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d{1,18}(\.\d{1,9})?$/)
    .transform(Number),
]);
const text = z.string().max(4096);
const strings = z.record(z.string().max(256), z.string().max(64 * 1024));
const duration = z.string().regex(/^\d{1,12}(\.\d{1,9})?s$/, 'must be seconds with an s, for example "3.5s"');
const member = z.union([z.string().max(128), z.number()]);

const staticFiles = z.looseObject({
  path: text.optional(),
  uploadPathRegex: text.optional(),
  mimeType: text.optional(),
  httpHeaders: z.record(z.string().max(256), z.string().max(16_384)).optional(),
  requireMatchingFile: z.boolean().optional(),
  applicationReadable: z.boolean().optional(),
  expiration: duration.optional(),
});
const urlMap = z.looseObject({
  urlRegex: text.optional(),
  login: member.optional(),
  authFailAction: member.optional(),
  securityLevel: member.optional(),
  redirectHttpResponseCode: member.optional(),
  script: z.looseObject({ scriptPath: text.optional() }).optional(),
  apiEndpoint: z.looseObject({ scriptPath: text.optional() }).optional(),
  staticFiles: staticFiles.optional(),
});
export type UrlMap = z.infer<typeof urlMap>;

const automaticScaling = z.looseObject({
  minIdleInstances: amount.optional(),
  maxIdleInstances: amount.optional(),
  minPendingLatency: duration.optional(),
  maxPendingLatency: duration.optional(),
  maxConcurrentRequests: amount.optional(),
  minTotalInstances: amount.optional(),
  maxTotalInstances: amount.optional(),
  coolDownPeriod: duration.optional(),
  cpuUtilization: z
    .looseObject({ targetUtilization: amount.optional(), aggregationWindowLength: duration.optional() })
    .optional(),
  networkUtilization: z.record(z.string(), amount).optional(),
  diskUtilization: z.record(z.string(), amount).optional(),
  requestUtilization: z.record(z.string(), amount).optional(),
  standardSchedulerSettings: z
    .looseObject({
      minInstances: amount.optional(),
      maxInstances: amount.optional(),
      targetCpuUtilization: amount.optional(),
      targetThroughputUtilization: amount.optional(),
    })
    .optional(),
});
export type AutomaticScalingShape = z.infer<typeof automaticScaling>;

const healthCheck = z.looseObject({
  path: text.optional(),
  host: text.optional(),
  checkInterval: duration.optional(),
  timeout: duration.optional(),
  failureThreshold: amount.optional(),
  successThreshold: amount.optional(),
  initialDelay: duration.optional(),
  appStartTimeout: duration.optional(),
});
export type HealthCheckShape = z.infer<typeof healthCheck>;

const fileInfo = z.looseObject({ sourceUrl: text, sha1Sum: z.string().max(64).optional(), mimeType: text.optional() });
export type FileInfo = z.infer<typeof fileInfo>;

const deployment = z.looseObject({
  files: z.record(z.string().max(4096), fileInfo).optional(),
  zip: z.looseObject({ sourceUrl: text, filesCount: amount.optional() }).optional(),
  container: z.looseObject({ image: text.optional() }).optional(),
});

const versionFields = z.looseObject({
  id: z.string().max(256).optional(),
  runtime: text.optional(),
  env: text.optional(),
  vm: z.boolean().optional(),
  threadsafe: z.boolean().optional(),
  instanceClass: text.optional(),
  runtimeApiVersion: text.optional(),
  runtimeChannel: text.optional(),
  runtimeMainExecutablePath: text.optional(),
  serviceAccount: text.optional(),
  appEngineApis: z.boolean().optional(),
  entrypoint: z.looseObject({ shell: text.optional() }).optional(),
  automaticScaling: automaticScaling.optional(),
  basicScaling: z.looseObject({ maxInstances: amount.optional(), idleTimeout: duration.optional() }).optional(),
  manualScaling: z.looseObject({ instances: amount.optional() }).optional(),
  handlers: z.array(urlMap).max(1000).optional(),
  errorHandlers: z
    .array(z.looseObject({ errorCode: member.optional(), staticFile: text.optional(), mimeType: text.optional() }))
    .max(100)
    .optional(),
  libraries: z
    .array(z.looseObject({ name: text.optional(), version: text.optional() }))
    .max(200)
    .optional(),
  inboundServices: z.array(member).max(100).optional(),
  envVariables: strings.optional(),
  buildEnvVariables: strings.optional(),
  betaSettings: strings.optional(),
  defaultExpiration: duration.optional(),
  nobuildFilesRegex: text.optional(),
  network: z
    .looseObject({
      sessionAffinity: z.boolean().optional(),
      forwardedPorts: z.array(text).max(100).optional(),
      instanceTag: text.optional(),
      name: text.optional(),
      subnetworkName: text.optional(),
      instanceIpMode: member.optional(),
    })
    .optional(),
  livenessCheck: healthCheck.optional(),
  readinessCheck: healthCheck.optional(),
  resources: z
    .looseObject({
      cpu: amount.optional(),
      memoryGb: amount.optional(),
      diskGb: amount.optional(),
    })
    .optional(),
  vpcAccessConnector: z.looseObject({ name: text.optional(), egressSetting: member.optional() }).optional(),
  zones: z.array(text).max(100).optional(),
  apiConfig: z
    .looseObject({
      url: text.optional(),
      script: text.optional(),
      login: member.optional(),
      authFailAction: member.optional(),
      securityLevel: member.optional(),
    })
    .optional(),
  servingStatus: member.optional(),
  deployment: deployment.optional(),
});
export type VersionShape = z.infer<typeof versionFields>;

/** A null is a field that is not there (proto3 JSON). */
export const versionShape = z.preprocess(withoutNulls, versionFields);

export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => (member === null ? [] : [[key, withoutNulls(member)]])),
  );
}
