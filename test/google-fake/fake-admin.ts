/** The Admin API v1 by its description: applications, services, versions, operations, firewall rules. */
import { type FakeAnswer, type FakeRequest, notFound, Refusal, Violation } from './answer.ts';
import { describedMethod } from './discovery.ts';
import type { FakeOperation, FakeOperations } from './fake-operations.ts';
import type { FakeStorage } from './fake-storage.ts';
import { checkVersion, invalid } from './version-rules.ts';

type Json = Readonly<Record<string, unknown>>;

export interface FakeVersion extends Json {
  readonly id: string;
  readonly servingStatus: string;
  readonly env: string;
  readonly manualScaling?: { readonly instances: number };
  readonly basicScaling?: object;
  readonly createTime: string;
}

export interface FakeService {
  split: { readonly shardBy: string; readonly allocations: Readonly<Record<string, number>> };
  readonly versions: Map<string, FakeVersion>;
}

export interface FakeApplication {
  readonly id: string;
  readonly locationId: string;
  dispatchRules: readonly { readonly service: string }[];
  readonly services: Map<string, FakeService>;
  readonly firewall: Map<number, Json & { readonly priority: number }>;
}

/** Why a version of this name does not come up: google.rpc.Code, text, and what else the operation says. */
export interface BuildFailure {
  readonly code: number;
  readonly message: string;
  readonly metadata?: object;
}

const MOST_VERSIONS = 210;
const full = [
  'handlers',
  'errorHandlers',
  'libraries',
  'envVariables',
  'buildEnvVariables',
  'defaultExpiration',
  'deployment',
  'apiConfig',
];

export class FakeAdmin {
  readonly applications = new Map<string, FakeApplication>();
  readonly failures = new Map<string, BuildFailure>();
  readonly #storage: FakeStorage;
  readonly #operations: FakeOperations;

  constructor(storage: FakeStorage, operations: FakeOperations) {
    this.#storage = storage;
    this.#operations = operations;
  }

  handle(request: FakeRequest): FakeAnswer | undefined {
    if (!/^\/v1\/apps(\/|$)/.test(request.path)) return undefined;
    const found = describedMethod(request);
    if (!found) throw new Violation(`The API has no ${request.method} ${request.path}`);
    const [problem] = found.problems;
    if (problem !== undefined) throw new Violation(problem);
    const { appsId = '', servicesId = '', versionsId = '' } = found.parameters;
    const where = { app: appsId, service: servicesId, version: versionsId };
    return { status: 200, body: this.#answer(found.id, { ...request, ...where, parameters: found.parameters }) };
  }

  create(id: string, locationId: string): FakeApplication {
    const application: FakeApplication = {
      id,
      locationId,
      dispatchRules: [],
      services: new Map(),
      firewall: new Map(),
    };
    this.applications.set(id, application);
    this.#storage.addBucket(`staging.${id}.appspot.com`);
    return application;
  }

  #answer(id: string, call: Call): unknown {
    switch (id) {
      case 'apps.create':
        return this.#createApplication(call);
      case 'apps.get':
        return this.#shownApplication(this.#application(call.app));
      case 'apps.patch':
        return this.#patchApplication(call);
      case 'apps.services.list':
        return paged(
          call,
          'services',
          [...this.#application(call.app).services.keys()].map((name) => this.#shownService(call.app, name)),
        );
      case 'apps.services.get':
        return this.#shownService(call.app, call.service);
      case 'apps.services.patch':
        return this.#patchService(call);
      case 'apps.services.delete':
        return this.#deleteService(call);
      case 'apps.services.versions.list':
        return paged(
          call,
          'versions',
          [...this.#service(call).versions.values()].map((version) => this.#shownVersion(call, version)),
        );
      case 'apps.services.versions.get':
        return this.#shownVersion(call, this.#version(call));
      case 'apps.services.versions.create':
        return this.#createVersion(call);
      case 'apps.services.versions.patch':
        return this.#patchVersion(call);
      case 'apps.services.versions.delete':
        return this.#deleteVersion(call);
      case 'apps.services.versions.instances.list':
        this.#version(call);
        return {};
      case 'apps.services.versions.instances.delete':
        throw notFound(`The instance ${call.parameters.instancesId}`);
      case 'apps.operations.get':
        return this.#operation(call);
      case 'apps.operations.list':
        return this.#listOperations(call);
      default:
        return this.#firewall(id, call);
    }
  }

  #application(id: string): FakeApplication {
    const found = this.applications.get(id);
    if (!found) throw notFound(`The application ${id}`);
    return found;
  }

  #service({ app, service }: Call): FakeService {
    const found = this.#application(app).services.get(service);
    if (!found) throw notFound(`The service ${service}`);
    return found;
  }

  #version(call: Call): FakeVersion {
    const found = this.#service(call).versions.get(call.version);
    if (!found) throw notFound(`The version ${call.service}/${call.version}`);
    return found;
  }

  #createApplication({ body }: Call): FakeOperation {
    const { id = '', locationId = '' } = body as { readonly id?: string; readonly locationId?: string };
    if (locationId === '') throw invalid('application.location_id', 'A location is required.');
    if (this.applications.has(id)) throw new Refusal(409, 'ALREADY_EXISTS', `The application ${id} exists already.`);
    const effect = () => this.#shownApplication(this.create(id, locationId));
    return this.#operations.start({ application: id, target: '', method: 'Applications.CreateApplication', effect });
  }

  #shownApplication({ id, locationId, dispatchRules }: FakeApplication): object {
    return {
      name: `apps/${id}`,
      id,
      locationId,
      servingStatus: 'SERVING',
      defaultHostname: `${id}.uc.r.appspot.com`,
      codeBucket: `staging.${id}.appspot.com`,
      defaultBucket: `${id}.appspot.com`,
      ...(dispatchRules.length > 0 ? { dispatchRules } : {}),
    };
  }

  #patchApplication(call: Call): FakeOperation {
    const application = this.#application(call.app);
    checkMask(call, ['dispatchRules']);
    const { dispatchRules = [] } = call.body as { readonly dispatchRules?: FakeApplication['dispatchRules'] };
    const stray = dispatchRules.find(({ service }) => !application.services.has(service));
    if (stray) throw invalid('application.dispatch_rules', `The service ${stray.service} does not exist.`);
    const effect = () => {
      application.dispatchRules = dispatchRules;
      return this.#shownApplication(application);
    };
    return this.#operations.start({
      application: call.app,
      target: '',
      method: 'Applications.UpdateApplication',
      effect,
    });
  }

  #shownService(app: string, name: string): object {
    const { split } = this.#service({ app, service: name } as Call);
    return { name: `apps/${app}/services/${name}`, id: name, split };
  }

  #patchService(call: Call): FakeOperation {
    const service = this.#service(call);
    checkMask(call, ['split']);
    const { split } = call.body as { readonly split?: FakeService['split'] };
    if (!split || split.shardBy === 'UNSPECIFIED') throw invalid('service.split.shard_by', 'shard_by is required.');
    checkSplit(split, service);
    const effect = () => {
      service.split = split;
      return this.#shownService(call.app, call.service);
    };
    return this.#operations.start({
      application: call.app,
      target: `services/${call.service}`,
      method: 'Services.UpdateService',
      effect,
    });
  }

  #deleteService(call: Call): FakeOperation {
    this.#service(call);
    if (call.service === 'default')
      throw new Refusal(400, 'FAILED_PRECONDITION', 'The default service cannot be deleted.');
    const effect = () => {
      this.#application(call.app).services.delete(call.service);
      return {};
    };
    return this.#operations.start({
      application: call.app,
      target: `services/${call.service}`,
      method: 'Services.DeleteService',
      effect,
    });
  }

  #shownVersion({ app, service, query }: Call, version: FakeVersion): object {
    const isFull = query.get('view') === 'FULL';
    const shown = Object.fromEntries(Object.entries(version).filter(([name]) => isFull || !full.includes(name)));
    return {
      ...shown,
      name: `apps/${app}/services/${service}/versions/${version.id}`,
      createdBy: 'somebody@example.com',
    };
  }

  #createVersion(call: Call): FakeOperation {
    const { app, service, body } = call;
    const application = this.#application(app);
    checkVersion(body as object, this.#storage);
    if (service !== 'default' && !application.services.has('default')) {
      throw new Refusal(
        400,
        'INVALID_ARGUMENT',
        'The first service (module) you upload to a new application must be the default service.',
      );
    }
    const count = [...application.services.values()].reduce((sum, { versions }) => sum + versions.size, 0);
    if (count >= MOST_VERSIONS)
      throw new Refusal(400, 'INVALID_ARGUMENT', `Your app may not have more than ${MOST_VERSIONS} versions.`);
    const { id } = body as { readonly id: string };
    const failing = this.failures.get(`${service}:${id}`);
    const effect = () => {
      if (failing) throw new Refusal(failing.code, 'FAILED', failing.message);
      return this.#putVersion(application, service, body as Json & { readonly id: string });
    };
    const target = `services/${service}/versions/${id}`;
    const metadata = failing?.metadata ?? {};
    return this.#operations.start({ application: app, target, method: 'Versions.CreateVersion', effect, metadata });
  }

  #putVersion(application: FakeApplication, name: string, body: Json & { readonly id: string }): object {
    const first = { shardBy: 'UNSPECIFIED', allocations: { [body.id]: 1 } };
    const service = application.services.get(name) ?? { split: first, versions: new Map<string, FakeVersion>() };
    application.services.set(name, service);
    const { env = 'standard', manualScaling, basicScaling } = body as unknown as FakeVersion;
    const version: FakeVersion = {
      instanceClass: manualScaling || basicScaling ? 'B1' : 'F1',
      ...body,
      env: env === 'flex' ? 'flexible' : env,
      servingStatus: service.versions.get(body.id)?.servingStatus ?? 'SERVING',
      // Whole seconds, as Google's are.
      createTime: `${new Date().toISOString().slice(0, 19)}Z`,
      versionUrl: `https://${body.id}-dot-${name}-dot-${application.id}.uc.r.appspot.com`,
      diskUsageBytes: '4711',
    };
    service.versions.set(body.id, version);
    return version;
  }

  #patchVersion(call: Call): FakeOperation {
    const version = this.#version(call);
    const [mask] = checkMask(call, ['servingStatus', 'manualScaling.instances', 'instanceClass']);
    const body = call.body as Partial<FakeVersion>;
    const scales = version.manualScaling === undefined && version.basicScaling === undefined;
    if (mask === 'servingStatus' && scales && version.env !== 'flexible') {
      throw invalid('version.serving_status', 'Automatically scaled versions cannot be started or stopped.');
    }
    if (mask === 'manualScaling.instances' && !version.manualScaling)
      throw invalid('version.manual_scaling', 'The version has no manual scaling.');
    const effect = () => {
      const changed = { ...this.#version(call), ...body };
      this.#service(call).versions.set(call.version, changed);
      return changed;
    };
    const target = `services/${call.service}/versions/${call.version}`;
    return this.#operations.start({ application: call.app, target, method: 'Versions.UpdateVersion', effect });
  }

  #deleteVersion(call: Call): FakeOperation {
    this.#version(call);
    const service = this.#service(call);
    if ((service.split.allocations[call.version] ?? 0) > 0) {
      throw new Refusal(400, 'INVALID_ARGUMENT', `The version ${call.version} has traffic and cannot be deleted.`);
    }
    const effect = () => {
      service.versions.delete(call.version);
      return {};
    };
    const target = `services/${call.service}/versions/${call.version}`;
    return this.#operations.start({ application: call.app, target, method: 'Versions.DeleteVersion', effect });
  }

  #operation({ app, parameters }: Call): FakeOperation {
    const found = this.#operations.find(`apps/${app}/operations/${parameters.operationsId}`);
    if (!found) throw notFound(`The operation ${parameters.operationsId}`);
    return found;
  }

  #listOperations(call: Call): unknown {
    const filter = call.query.get('filter');
    if (filter !== null && filter !== 'done:false') throw invalid('filter', `The filter ${filter} is not supported.`);
    const all = this.#operations.of(call.app).filter(({ done }) => filter === null || done !== true);
    return paged(call, 'operations', all);
  }

  #firewall(id: string, call: Call): unknown {
    const { firewall } = this.#application(call.app);
    const priority = Number(call.parameters.ingressRulesId);
    switch (id.replace('apps.firewall.ingressRules.', '')) {
      case 'list':
        return paged(call, 'ingressRules', [
          ...firewall.values(),
          { priority: 2147483647, action: 'ALLOW', sourceRange: '*' },
        ]);
      case 'create': {
        const rule = call.body as Json & { readonly priority: number };
        if (String(rule.description ?? '').length > 100) throw invalid('rule.description', 'is too long');
        if (firewall.has(rule.priority)) throw new Refusal(409, 'ALREADY_EXISTS', 'There is a rule of this priority.');
        firewall.set(rule.priority, rule);
        return rule;
      }
      case 'delete':
        if (!firewall.delete(priority)) throw notFound(`The rule ${priority}`);
        return {};
      default:
        throw new Violation(`The fake does not have ${id}`);
    }
  }
}

interface Call extends FakeRequest {
  readonly app: string;
  readonly service: string;
  readonly version: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Two a page: whoever does not follow tokens sees only a part. */
const PAGE = 2;

function paged(call: Call, field: string, all: readonly unknown[]): unknown {
  const start = Number(call.query.get('pageToken') ?? 0);
  const items = all.slice(start, start + PAGE);
  const next = start + PAGE;
  return {
    ...(items.length > 0 ? { [field]: items } : {}),
    ...(all.length > next ? { nextPageToken: String(next) } : {}),
  };
}

function checkMask({ query }: Call, patchable: readonly string[]): readonly string[] {
  const mask = (query.get('updateMask') ?? '').split(',');
  const wrong = mask.find((field) => !patchable.includes(field));
  if (wrong !== undefined) throw new Violation(`updateMask: ${wrong} can't be patched`);
  return mask;
}

function checkSplit({ allocations, shardBy }: FakeService['split'], { versions }: FakeService): void {
  const shares = Object.entries(allocations);
  const units = shardBy === 'IP' ? 100 : 1000;
  const sum = shares.reduce((total, [, share]) => total + share, 0);
  if (Math.abs(sum - 1) > 1e-9) throw invalid('service.split.allocations', 'The shares do not add up to 1.');
  for (const [version, share] of shares) {
    if (!versions.has(version)) throw invalid('service.split.allocations', `The version ${version} does not exist.`);
    if (versions.get(version)?.servingStatus !== 'SERVING')
      throw invalid('service.split', `The version ${version} is stopped.`);
    if (Math.abs(share * units - Math.round(share * units)) > 1e-9)
      throw invalid('service.split', `${share} has too many digits.`);
  }
}
