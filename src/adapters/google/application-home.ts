/** What is asked first of every application: whether it is there, its buckets, its journal. */
import { failure } from '../../errors.ts';
import type { ApplicationResource, GoogleOperation } from './api-types.ts';
import { Bucket } from './bucket.ts';
import { appPath, type GoogleContext } from './google-context.ts';
import { follow, mutate } from './google-operations.ts';
import { Journal } from './journal.ts';
import { statusOf } from './refusal.ts';

export interface ApplicationHome {
  readonly id: string;
  readonly resource: ApplicationResource;
  /** Where files are put before versions are made of them. */
  readonly staging: Bucket;
  readonly journal: Journal;
  /** Region, as the other APIs write it: `us-central` is `us-central1` there. */
  readonly region: string;
}

interface Call {
  readonly signal?: AbortSignal | undefined;
}

export class ApplicationHomes {
  readonly #context: GoogleContext;
  readonly #journals = new Map<string, Journal>();
  /** Google's operations of creating applications: part of what this process did, and of no change. */
  readonly creations = new Map<string, readonly string[]>();

  constructor(context: GoogleContext) {
    this.#context = context;
  }

  /** undefined when there is no application. */
  async find(id: string, { signal }: Call = {}): Promise<ApplicationHome | undefined> {
    const { client } = this.#context;
    try {
      const path = appPath(id);
      return this.#home(id, await client.json<ApplicationResource>({ api: 'appengine', method: 'GET', path, signal }));
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  /** @throws AppcfgError `google.no-application`, `google.disabled` */
  async require(id: string, call: Call = {}): Promise<ApplicationHome> {
    const home = (await this.find(id, call)) ?? (await this.#create(id, call));
    const { servingStatus } = home.resource;
    if (servingStatus === 'USER_DISABLED' || servingStatus === 'SYSTEM_DISABLED') {
      throw failure('google.disabled', { application: id, status: servingStatus });
    }
    return home.resource.codeBucket === undefined ? this.#repaired(id, call) : home;
  }

  async #create(id: string, { signal }: Call): Promise<ApplicationHome> {
    const { region } = this.#context;
    if (region === undefined || region === '') throw failure('google.no-application', { application: id });
    await this.#mutate(id, { path: '/v1/apps', json: { id, locationId: region } }, 'CreateApplication', signal);
    const home = await this.find(id, { signal });
    if (!home) throw failure('google.no-application', { application: id });
    return home;
  }

  /** An application without its bucket: Google's own remedy. */
  async #repaired(id: string, { signal }: Call): Promise<ApplicationHome> {
    await this.#mutate(id, { path: `${appPath(id)}:repair`, json: {} }, 'RepairApplication', signal);
    const home = await this.find(id, { signal });
    if (home?.resource.codeBucket === undefined) throw failure('google.no-application', { application: id });
    return home;
  }

  async #mutate(
    application: string,
    request: { readonly path: string; readonly json: object },
    method: string,
    signal: AbortSignal | undefined,
  ): Promise<GoogleOperation> {
    const what = `${method === 'CreateApplication' ? 'creating' : 'repairing'} the application`;
    const onStarted = (name: string) => {
      this.creations.set(application, [...(this.creations.get(application) ?? []), name]);
    };
    const mutation = { application, request: { method: 'POST', ...request }, target: '', method, what } as const;
    const operation = await mutate(this.#context, mutation, { signal, onStarted });
    return follow(this.#context, operation, { signal });
  }

  #home(id: string, resource: ApplicationResource): ApplicationHome {
    const { client, clock, stateBucket } = this.#context;
    const staging = new Bucket(client, resource.codeBucket ?? '');
    const records = stateBucket ? new Bucket(client, stateBucket) : staging;
    const journal = this.#journals.get(`${id} ${records.name}`) ?? new Journal(records, clock);
    this.#journals.set(`${id} ${records.name}`, journal);
    return { id, resource, staging, journal, region: regionOf(resource.locationId ?? '') };
  }
}

/** App Engine's two oldest places have a name of their own. */
function regionOf(location: string): string {
  return location === 'us-central' || location === 'europe-west' ? `${location}1` : location;
}
