/** The deploy transaction of the original appcfg: create, clone, add, deploy, ready, serve; or roll back. */

import { parseModuleFile } from '../../../config/app/parse-module-file.ts';
import { failure } from '../../../errors.ts';
import { hasErrors } from '../../../model/diagnostic.ts';
import type { Manifest } from '../../../model/manifest.ts';
import type { Operation } from '../../../model/operation.ts';
import type { ReleaseRequest } from '../../../model/release.ts';
import type { VersionSpec } from '../../../model/version-spec.ts';
import { deploys, prepares, signedIn } from '../../access/route-access.ts';
import { emptyLiveState } from '../../live-state.ts';
import { limitFacts } from '../../profile-limits.ts';
import { releaseProblem } from '../../release-checks.ts';
import { authorOf } from '../admin/request-facts.ts';
import type { Route, RouteRequest } from '../route-table.ts';
import { announceFiles, takeBatch, takeFile } from './legacy-files.ts';
import type { LegacyParts } from './legacy-parts.ts';
import {
  applicationOf,
  bodyText,
  callerOf,
  type LegacyHandler,
  type LegacyRoutesOptions,
  legacyRoute,
  moduleOf,
  refusal,
} from './legacy-request.ts';
import { type Transaction, type TransactionKey, Transactions } from './transactions.ts';

/** Clients that are told "not yet" wait longer and longer, so they are rather kept waiting a little here. */
const READY_WAIT_MS = 20_000;

const resourceLimits = {
  max_file_size: 512 * 1024 * 1024,
  max_blob_size: 512 * 1024 * 1024,
  max_files_to_clone: 1000,
  max_total_file_size: 4 * 1024 * 1024 * 1024,
  max_file_count: 100_000,
};

export function deployRoutes(parts: LegacyParts, options: LegacyRoutesOptions): readonly Route[] {
  const { operations, clock } = parts;
  const transactions = new Transactions(clock, (id) => operations.get(id).state !== 'pending');
  const step = (path: string, handler: LegacyHandler, access = prepares) =>
    legacyRoute(`appversion/${path}`, handler, access, options);
  const open = (request: RouteRequest) => transactions.require(keyOf(request));
  return [
    ...step('getresourcelimits', (request) => {
      keyOf(request);
      return yamlMap(resourceLimits);
    }),
    ...step('create', (request) => create(transactions, request)),
    ...step('cloneblobs', (request) => announceFiles(parts, request, open(request))),
    ...step('clonefiles', (request) => announceFiles(parts, request, open(request))),
    ...step('addfile', (request) => takeFile(parts, request, open(request), 'file')),
    ...step('addblob', (request) => takeFile(parts, request, open(request), 'file')),
    ...step('adderrorblob', (request) => takeFile(parts, request, open(request), 'error-page')),
    ...step('addfiles', (request) => takeBatch(parts, request, open(request), 'file')),
    ...step('addblobs', (request) => takeBatch(parts, request, open(request), 'file')),
    ...step('adderrorblobs', (request) => takeBatch(parts, request, open(request), 'error-page')),
    // There is nothing to compile ahead of a start: no file is ever left over.
    ...step('precompile', (request) => {
      open(request);
      return '';
    }),
    ...step('deploy', (request) => deploy(parts, request, open(request)), deploys('release')),
    ...step('isready', async (request) => {
      const { state } = await releaseOf(parts, open(request), READY_WAIT_MS);
      return state === 'pending' ? '0' : '1';
    }),
    ...step('startserving', (request) => {
      open(request);
      return '1';
    }),
    ...step('isserving', (request) => isServing(parts, transactions, open(request))),
    ...step('rollback', (request) => rollBack(parts, transactions, keyOf(request))),
    ...legacyRoute('isconfigupdated', () => 'updatedDetail2: serving\n', signedIn, options),
    ...legacyRoute('logclientdeploy', () => '', signedIn, options),
  ];
}

async function create(transactions: Transactions, request: RouteRequest): Promise<string> {
  const key = keyOf(request);
  const { value, diagnostics } = parseModuleFile(await bodyText(request), 'app.yaml', { overrides: {} });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (value === undefined || hasErrors(diagnostics)) {
    const problem = errors[0]?.message ?? 'it says nothing';
    throw failure('api.bad-version', { problem, others: Math.max(0, errors.length - 1), diagnostics: errors });
  }
  transactions.begin(key, callerOf(request), value);
  const warnings = diagnostics.map(({ message, hint }) => [message, hint].filter(Boolean).join(' '));
  if (warnings.length === 0) return '';
  return `warnings:\n${warnings.map((warning) => `- ${JSON.stringify(warning)}\n`).join('')}`;
}

function deploy(parts: LegacyParts, request: RouteRequest, transaction: Transaction): string {
  if (transaction.operation !== undefined) return '';
  const { application, module, version, user } = transaction;
  const release: ReleaseRequest = {
    application,
    requestId: authorOf(request).requestId,
    createdBy: user,
    uploads: [{ module, version, spec: specOf(transaction), manifest: manifestOf(transaction) }],
    traffic: {},
    settings: {},
    stop: [],
    onAnyRelease: true,
  };
  const current = parts.desired.application(application);
  const problem = releaseProblem(
    current?.live ?? emptyLiveState,
    release,
    current?.currentRelease,
    limitFacts({ desired: parts.desired, profileOf: (id) => parts.usage.profiles.of(id) }),
  );
  if (problem) throw problem;
  transaction.operation = parts.changes.submit({ kind: 'release', request: release }).id;
  return '';
}

async function isServing(parts: LegacyParts, transactions: Transactions, transaction: Transaction): Promise<string> {
  const { state, error } = await releaseOf(parts, transaction, READY_WAIT_MS);
  if (state === 'pending') return 'serving: false\n';
  transactions.end(transaction);
  if (!error) return 'serving: true\n';
  const output = Array.isArray(error.details.output) ? error.details.output.slice(-20) : [];
  const message = [error.message, ...error.hints, ...output].join('\n');
  return `serving: false\nfatal: true\nmessage: ${JSON.stringify(message)}\n`;
}

function rollBack(parts: LegacyParts, transactions: Transactions, key: TransactionKey): string {
  const transaction = transactions.find(key);
  const { operation } = transaction ?? {};
  if (operation !== undefined && parts.operations.get(operation).state === 'pending') {
    throw refusal(
      `Version ${key.version} is being started and can no longer be taken back; it is live or refused in a moment`,
    );
  }
  transactions.end(key);
  return 'Success.\n';
}

function releaseOf({ operations }: LegacyParts, { operation }: Transaction, waitMs: number): Promise<Operation> {
  if (operation === undefined) throw refusal('Nothing was deployed yet in this upload');
  return operations.finished(operation, waitMs);
}

function manifestOf({ files }: Transaction): Manifest {
  return { files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** Without what the client adds to every file, so that the same version is the same whichever tool deploys it. */
function specOf({ file }: Transaction): VersionSpec {
  const { other = {}, yamlFile: _, ...spec } = file.spec;
  const { vm_settings: vmSettings, derived_file_type: _derived, auto_id_policy: _policy, ...rest } = other;
  const { module_yaml_path: yamlFile, ...vm } = (vmSettings ?? {}) as Readonly<Record<string, unknown>>;
  const kept = { ...rest, ...(Object.keys(vm).length > 0 ? { vm_settings: vm } : {}) };
  return {
    ...spec,
    ...(Object.keys(kept).length > 0 ? { other: kept } : {}),
    yamlFile: typeof yamlFile === 'string' ? yamlFile : 'app.yaml',
  };
}

function keyOf(request: RouteRequest): TransactionKey {
  const application = applicationOf(request);
  const version = request.query.get('version');
  if (request.query.get('backend'))
    throw refusal('Backends are not supported; write a module with basic or manual scaling');
  if (version === null || version === '') throw refusal('A version or backend parameter is required');
  return { application, module: moduleOf(request), version };
}

function yamlMap(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}
