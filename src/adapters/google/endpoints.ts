/** Where Google's APIs are: at Google, or where gcloud's variables point. */
import { failure } from '../../errors.ts';

export type ApiName =
  | 'appengine'
  | 'storage'
  | 'logging'
  | 'scheduler'
  | 'tasks'
  | 'datastore'
  | 'projects'
  | 'builds'
  | 'iam';

/** Origin of each, without a slash at the end. */
export type Endpoints = Readonly<Record<ApiName, string>>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Host at Google, and the name in gcloud's CLOUDSDK_API_ENDPOINT_OVERRIDES_... */
const apis: Readonly<Record<ApiName, readonly [host: string, override: string]>> = {
  appengine: ['appengine.googleapis.com', 'APPENGINE'],
  storage: ['storage.googleapis.com', 'STORAGE'],
  logging: ['logging.googleapis.com', 'LOGGING'],
  scheduler: ['cloudscheduler.googleapis.com', 'CLOUDSCHEDULER'],
  tasks: ['cloudtasks.googleapis.com', 'CLOUDTASKS'],
  datastore: ['datastore.googleapis.com', 'DATASTORE'],
  projects: ['cloudresourcemanager.googleapis.com', 'CLOUDRESOURCEMANAGER'],
  builds: ['cloudbuild.googleapis.com', 'CLOUDBUILD'],
  iam: ['iam.googleapis.com', 'IAM'],
};

/** @throws AppcfgError `google.insecure`, before anything is sent */
export function googleEndpoints(environment: Environment): Endpoints {
  const entries = (Object.keys(apis) as ApiName[]).map((name): [ApiName, string] => {
    const [host, override] = apis[name];
    const variable = `CLOUDSDK_API_ENDPOINT_OVERRIDES_${override}`;
    const own = environment[variable];
    if (own) return [name, originOf(variable, own)];
    const all = environment.APPCFG_GOOGLE_API_ENDPOINT;
    return [name, all ? originOf('APPCFG_GOOGLE_API_ENDPOINT', all) : `https://${host}`];
  });
  return Object.fromEntries(entries) as Endpoints;
}

/** gcloud's override of storage holds the API's own path; paths are ours. */
function originOf(name: string, url: string): string {
  if (!URL.canParse(url)) throw failure('google.insecure', { name, url });
  const { protocol, origin, hostname } = new URL(url);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
    throw failure('google.insecure', { name, url });
  }
  return origin;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** What is plain http is on this machine (see above): no login of Google's is meant for it. */
export function isLocal(origin: string): boolean {
  return origin.startsWith('http:');
}
