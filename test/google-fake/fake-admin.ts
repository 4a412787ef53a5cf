/** The Admin API v1 by its description: applications, services, versions, operations, firewall rules. */
import {
  type BuildFailure,
  type Call,
  checkMask,
  type FakeApplication,
  type FakeService,
  type FakeVersion,
  type Json,
  paged,
} from './admin-resources.ts';
import { type FakeAnswer, type FakeRequest, notFound, Refusal, Violation } from './answer.ts';
import { describedMethod } from './discovery.ts';
import { firewallAnswer } from './fake-firewall.ts';
import type { FakeOperation, FakeOperations } from './fake-operations.ts';
import { deleteService, patchService, shownService } from './fake-services.ts';
import type { FakeStorage } from './fake-storage.ts';
import { checkVersion, invalid } from './version-rules.ts';

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
          [...this.#application(call.app).services].map(([name, service]) => shownService(call.app, name, service)),
        );
      case 'apps.services.get':
        return shownService(call.app, call.service, this.#service(call));
      case 'apps.services.patch':
        return patchService(this.#operations, this.#service(call), call);
      case 'apps.services.delete':
        this.#service(call);
        return deleteService(this.#operations, this.#application(call.app), call);
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
        return firewallAnswer(this.#application(call.app), id, call);
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
}
