/** Cloud Scheduler, Cloud Tasks, Datastore administration, Resource Manager: as far as settings go. Strict about fields. */
import { checkFields, checkQuery, type FakeAnswer, type FakeRequest, notFound, Violation } from './answer.ts';
import type { FakeAdmin } from './fake-admin.ts';

type Json = Readonly<Record<string, unknown>>;
type Keyed = Map<string, Json>;

const jobFields = [
  ...['description', 'schedule', 'timeZone', 'legacyAppEngineCron', 'attemptDeadline'],
  ...['appEngineHttpTarget.httpMethod', 'appEngineHttpTarget.relativeUri'],
  ...['appEngineHttpTarget.appEngineRouting.service', 'appEngineHttpTarget.appEngineRouting.version'],
  ...['retryConfig.retryCount', 'retryConfig.maxRetryDuration', 'retryConfig.minBackoffDuration'],
  ...['retryConfig.maxBackoffDuration', 'retryConfig.maxDoublings'],
];
const queueFields = [
  ...['type', 'rateLimits.maxDispatchesPerSecond', 'rateLimits.maxBurstSize', 'rateLimits.maxConcurrentDispatches'],
  ...['retryConfig.maxAttempts', 'retryConfig.maxRetryDuration', 'retryConfig.minBackoff', 'retryConfig.maxBackoff'],
  ...['retryConfig.maxDoublings', 'appEngineHttpQueue.appEngineRoutingOverride.service'],
  'appEngineHttpQueue.appEngineRoutingOverride.version',
];
const LOCATION = 'us-central1';

export class FakeSettings {
  readonly jobs = new Map<string, Keyed>();
  readonly queues = new Map<string, Keyed>();
  readonly indexes = new Map<string, Keyed>();
  /** `application/queue` -> the tasks that it holds. */
  readonly tasks = new Map<string, readonly Json[]>();
  /** Jobs whose attempt was asked for -> looks until it is over. */
  readonly running = new Map<string, number>();
  looksOfAttempt = 2;
  attemptStatus: Json = {};
  /** Permissions that this login has not. */
  readonly denied = new Set<string>();
  readonly #admin: FakeAdmin;
  #count = 0;

  constructor(admin: FakeAdmin) {
    this.#admin = admin;
  }

  handle(request: FakeRequest): FakeAnswer | undefined {
    const { path } = request;
    const access = this.#access(request);
    if (access) return access;
    if (path === '/v1/projects') {
      checkQuery(request, ['filter', 'pageToken']);
      return {
        status: 200,
        body: { projects: [...this.#admin.applications.keys()].map((projectId) => ({ projectId })) },
      };
    }
    const match =
      /^\/(v1beta1|v2beta3|v1)\/projects\/([^/]+)\/(locations|indexes)(?:\/([^/]+))?(?:\/(jobs|queues))?(?:\/([^/:]+))?(?:\/(tasks))?(?::(\w+))?$/.exec(
        path,
      );
    if (!match) return undefined;
    const [, api, app = '', kind, id, collection, name = '', tasks, verb] = match;
    if (!this.#admin.applications.has(app)) throw notFound(`The project ${app}`);
    if (kind === 'indexes' && api === 'v1') return { status: 200, body: this.#index(request, app, id) };
    if (id === undefined)
      return {
        status: 200,
        body: { locations: [{ locationId: LOCATION, name: `projects/${app}/locations/${LOCATION}` }] },
      };
    if (id !== LOCATION) throw notFound(`The location ${id}`);
    if (collection === 'jobs' && api === 'v1beta1') return { status: 200, body: this.#job(request, app, [name, verb]) };
    if (collection === 'queues' && api === 'v2beta3' && tasks !== undefined)
      return { status: 200, body: this.#tasks(request, app, name) };
    if (collection === 'queues' && api === 'v2beta3')
      return { status: 200, body: this.#queue(request, app, [name, verb]) };
    throw new Violation(`No API has ${request.method} ${path}`);
  }

  /** Which of the permissions that are asked for this login has, on the project, the bucket or the account. */
  #access({ method, path, query, body }: FakeRequest): FakeAnswer | undefined {
    const ofBucket = /^\/storage\/v1\/b\/[^/]+\/iam\/testPermissions$/.test(path);
    const ofOthers = /^\/v1\/projects\/(-\/serviceAccounts\/)?[^/]+:testIamPermissions$/.test(path);
    if (!(method === 'GET' && ofBucket) && !(method === 'POST' && ofOthers)) return undefined;
    const { permissions } = ofBucket
      ? { permissions: query.getAll('permissions') }
      : (body as { permissions: string[] });
    return { status: 200, body: { permissions: permissions.filter((name) => !this.denied.has(name)) } };
  }

  #job(request: FakeRequest, app: string, [name, verb]: readonly [string, string | undefined]): unknown {
    const jobs = of(this.jobs, app);
    switch (`${request.method} ${verb ?? (name === '' ? 'all' : 'one')}`) {
      case 'GET all':
        checkQuery(request, ['legacyAppEngineCron', 'pageSize', 'pageToken']);
        this.#attempt(jobs);
        return { jobs: [...jobs.values()] };
      case 'POST all': {
        checkFields(request.body, jobFields);
        this.#count += 1;
        const id = `projects/${app}/locations/${LOCATION}/jobs/job-${this.#count}`;
        const job = { name: id, state: 'ENABLED', ...(request.body as Json) };
        jobs.set(`job-${this.#count}`, job);
        return job;
      }
      case 'POST run': {
        checkFields(request.body, ['legacyAppEngineCron']);
        const { legacyAppEngineCron } = request.body as Json;
        if (legacyAppEngineCron !== true) throw notFound(`The job ${name} outside of cron.yaml`);
        if (!jobs.has(name)) throw notFound(`The job ${name}`);
        this.running.set(name, this.looksOfAttempt);
        return jobs.get(name);
      }
      case 'DELETE one':
        if (!jobs.delete(name)) throw notFound(`The job ${name}`);
        return {};
      default:
        throw new Violation(`Cloud Scheduler has no ${request.method} ${request.path}`);
    }
  }

  /** An attempt that was asked for ends after some looks. */
  #attempt(jobs: Keyed): void {
    for (const [name, left] of this.running) {
      const job = jobs.get(name);
      if (!job) continue;
      this.running.set(name, left - 1);
      if (left > 0) continue;
      this.running.delete(name);
      jobs.set(name, { ...job, lastAttemptTime: new Date().toISOString(), status: this.attemptStatus });
    }
  }

  #tasks(request: FakeRequest, app: string, queue: string): unknown {
    checkQuery(request, ['responseView', 'pageSize', 'pageToken']);
    if (request.method !== 'GET') throw new Violation(`Cloud Tasks has no ${request.method} ${request.path} here`);
    if (!of(this.queues, app).has(queue)) throw notFound(`The queue ${queue}`);
    return { tasks: this.tasks.get(`${app}/${queue}`) ?? [] };
  }

  #queue(request: FakeRequest, app: string, [name, verb]: readonly [string, string | undefined]): unknown {
    const queues = of(this.queues, app);
    const full = `projects/${app}/locations/${LOCATION}/queues/${name}`;
    if (request.method === 'GET' && name === '') {
      checkQuery(request, ['readMask', 'pageToken']);
      const isCounted = request.query.get('readMask')?.split(',').includes('stats') === true;
      const shown = [...queues.entries()].map(([short, queue]) => {
        const tasksCount = String(this.tasks.get(`${app}/${short}`)?.length ?? 0);
        return isCounted ? { ...queue, stats: { tasksCount, effectiveExecutionRate: 5 } } : queue;
      });
      return { queues: shown };
    }
    if (request.method === 'PATCH' && verb === undefined) {
      checkQuery(request, ['updateMask']);
      checkFields(request.body, queueFields);
      const queue = { state: 'RUNNING', ...queues.get(name), ...(request.body as Json), name: full };
      queues.set(name, queue);
      return queue;
    }
    const states: Readonly<Record<string, string>> = { pause: 'PAUSED', resume: 'RUNNING', purge: 'RUNNING' };
    const state = states[verb ?? ''];
    const queue = queues.get(name);
    if (request.method !== 'POST' || state === undefined)
      throw new Violation(`Cloud Tasks has no ${request.method} ${request.path}`);
    if (!queue) throw notFound(`The queue ${name}`);
    queues.set(name, { ...queue, state });
    if (verb === 'purge') this.tasks.delete(`${app}/${name}`);
    return queues.get(name);
  }

  #index(request: FakeRequest, app: string, id: string | undefined): unknown {
    const indexes = of(this.indexes, app);
    if (request.method === 'GET' && id === undefined) return { indexes: [...indexes.values()] };
    if (request.method === 'POST' && id === undefined) {
      const { properties, ...index } = request.body as Json & { readonly properties: readonly Json[] };
      checkFields(index, ['kind', 'ancestor']);
      for (const property of properties) {
        checkFields(property, ['name', 'direction']);
        if (!['ASCENDING', 'DESCENDING'].includes(String(property.direction)))
          throw new Violation('direction is required');
      }
      this.#count += 1;
      const indexId = `index-${this.#count}`;
      indexes.set(indexId, { ...index, properties, indexId, projectId: app, state: 'CREATING' });
      return { name: `projects/${app}/operations/${indexId}`, metadata: {} };
    }
    if (request.method === 'DELETE' && id !== undefined && indexes.delete(id)) return {};
    throw notFound(`${request.method} ${request.path}`);
  }
}

function of(all: Map<string, Keyed>, app: string): Keyed {
  const found = all.get(app) ?? new Map<string, Json>();
  all.set(app, found);
  return found;
}
