/** What the Admin API shows of a version describes the same version when it is sent back. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseModuleFile } from '../../../../src/config/app/parse-module-file.ts';
import type { Version } from '../../../../src/model/application.ts';
import type { Handler } from '../../../../src/model/handler.ts';
import type { Scaling } from '../../../../src/model/scaling.ts';
import type { VersionSpec } from '../../../../src/model/version-spec.ts';
import { enumValue, inboundServices, shardBys } from '../../../../src/protocol/admin/enums.ts';
import { moduleFileData } from '../../../../src/protocol/admin/version-from-resource.ts';
import { versionResource } from '../../../../src/protocol/admin/version-resource.ts';
import { versionShape } from '../../../../src/protocol/admin/version-shape.ts';

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const count = fc.integer({ min: 1, max: 100 });

const base = {
  login: fc.constantFrom('optional', 'required', 'admin'),
  authFailAction: fc.constantFrom('redirect', 'unauthorized'),
  secure: fc.constantFrom('never', 'always', 'optional'),
  redirectHttpResponseCode: optional(fc.constantFrom(301, 302, 303, 307)),
} as const;
const staticBase = {
  ...base,
  mimeType: optional(fc.constant('text/css')),
  expirationSeconds: optional(count),
  httpHeaders: optional(fc.constant({ 'X-Foo': 'bar' })),
  requireMatchingFile: optional(fc.boolean()),
  applicationReadable: optional(fc.boolean()),
};
const handler = fc.oneof(
  fc.record({
    type: fc.constant('script'),
    url: fc.constantFrom('/a.*', '/b/(.*)'),
    script: fc.constantFrom('main.app', 'auto'),
    ...base,
  }),
  fc.record({
    type: fc.constant('static-dir'),
    url: fc.constantFrom('/s', '/images/v1.0'),
    directory: fc.constantFrom('static', 'a/b'),
    ...staticBase,
  }),
  fc.record({
    type: fc.constant('static-files'),
    url: fc.constant('/f/(.*\\.gif)'),
    files: fc.constant('f/\\1'),
    upload: fc.constant('f/.*\\.gif'),
    ...staticBase,
  }),
) as fc.Arbitrary<Handler>;

const scaling = fc.oneof(
  fc.record({ type: fc.constant('manual'), instances: count }),
  fc.record({ type: fc.constant('basic'), maxInstances: count, idleTimeoutMs: count.map((seconds) => seconds * 1000) }),
  fc.record({
    type: fc.constant('automatic'),
    minIdleInstances: optional(fc.integer({ min: 0, max: 3 })),
    maxIdleInstances: optional(fc.integer({ min: 4, max: 9 })),
    minPendingLatencyMs: optional(fc.integer({ min: 1, max: 500 })),
    maxPendingLatencyMs: optional(fc.integer({ min: 501, max: 9000 })),
    maxConcurrentRequests: optional(count),
    minInstances: optional(fc.integer({ min: 0, max: 3 })),
    maxInstances: optional(fc.integer({ min: 4, max: 9 })),
    targetCpuUtilization: optional(fc.constantFrom(0.5, 0.75, 0.95)),
  }),
) as fc.Arbitrary<Scaling>;

const spec = fc
  .record({
    runtime: fc.constantFrom('python27', 'nodejs20', 'go122'),
    environment: fc.constantFrom('standard', 'flexible'),
    scaling,
    handlers: fc.array(handler, { maxLength: 3 }),
    errorHandlers: fc.constantFrom(
      [],
      [
        { errorCode: 'timeout', file: 'slow.html', mimeType: 'text/html' },
        { errorCode: 'default', file: 'e.html' },
      ],
    ),
    environmentVariables: fc.dictionary(
      fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,5}$/),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      { maxKeys: 3 },
    ),
    buildEnvironmentVariables: fc.constantFrom({}, { GOFLAGS: '-x' }),
    inboundServices: fc.constantFrom([], ['warmup', 'mail']),
    isThreadsafe: fc.boolean(),
    network: fc.constantFrom({}, { sessionAffinity: true }),
    entrypoint: optional(fc.constantFrom('./run --port $PORT', "sh -c 'exec x'")),
    defaultExpirationSeconds: optional(count),
    serviceAccount: optional(fc.constant('x@example.com')),
    usesBundledApis: optional(fc.boolean()),
    livenessCheck: optional(
      fc.constant({ path: '/live', checkIntervalMs: 5000, failureThreshold: 3, initialDelayMs: 30_000 }),
    ),
    readinessCheck: optional(fc.constant({ path: '/ready', timeoutMs: 4000, appStartTimeoutMs: 300_000 })),
  })
  .map((fields) => ({ ...fields, libraries: [], instanceClass: fields.scaling.type === 'automatic' ? 'F2' : 'B4' }));

it('is a law', () => {
  fc.assert(
    fc.property(spec, (fields) => {
      const wanted = withoutAbsent(fields) as VersionSpec;
      const version: Version = {
        id: 'v1',
        deploymentId: '1',
        spec: wanted,
        specDigest: '',
        manifestDigest: '',
        fileCount: 1,
        diskUsage: 1,
        servingStatus: 'serving',
        createdAt: '2026-01-01T00:00:00.000Z',
        createdBy: 'ann',
        url: 'http://v1.demo.localhost/',
      };
      const module = {
        name: 'default',
        versions: [version],
        traffic: { shardBy: 'ip', allocations: { v1: 1 } },
        url: '',
      } as const;
      const shown = JSON.parse(
        JSON.stringify({ ...versionResource('demo', module, version, 'FULL'), deployment: undefined }),
      );
      const { value, diagnostics } = parseModuleFile(
        JSON.stringify(moduleFileData(versionShape.parse(shown))),
        'version',
      );
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      const { yamlFile: _, ...found } = value?.spec ?? {};
      expect(found).toEqual(wanted);
    }),
  );
});

it('takes enums in any case, with their prefix, and as the numbers of the wire', () => {
  expect(['ip', 'IP', 2, '2'].map((value) => enumValue(shardBys, value))).toEqual(['IP', 'IP', 'IP', 'IP']);
  expect([0, 'UNSPECIFIED', undefined, 'x', 9, {}].map((value) => enumValue(shardBys, value))).toEqual(
    Array(6).fill(undefined),
  );
  expect(enumValue(inboundServices, 9)).toBe('WARMUP');
  expect(enumValue(inboundServices, 'inbound_service_warmup', 'INBOUND_SERVICE_')).toBe('WARMUP');
});

function withoutAbsent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAbsent);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => (member === undefined ? [] : [[key, withoutAbsent(member)]])),
  );
}
