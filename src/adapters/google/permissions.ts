/** What a deploy needs to be allowed to do, and which of Google's predefined roles has it (Google's IAM reference). */

export interface Permission {
  readonly name: string;
  readonly role: string;
  /** For people, the end of "needed to ...". */
  readonly purpose: string;
  /** Without it some commands still work. */
  readonly isOptional?: boolean;
}

const ADMIN = 'roles/appengine.appAdmin';
const DEPLOYER = 'roles/appengine.deployer (with roles/appengine.serviceAdmin for traffic)';
const STORAGE = 'roles/storage.objectAdmin';

export const permissions: readonly Permission[] = [
  { name: 'appengine.applications.get', role: 'roles/appengine.appViewer', purpose: 'look at the application' },
  { name: 'appengine.services.list', role: 'roles/appengine.appViewer', purpose: 'list modules' },
  { name: 'appengine.versions.list', role: 'roles/appengine.appViewer', purpose: 'list versions' },
  { name: 'appengine.operations.get', role: 'roles/appengine.appViewer', purpose: 'follow what was begun' },
  { name: 'appengine.versions.create', role: DEPLOYER, purpose: 'create versions' },
  { name: 'appengine.services.update', role: 'roles/appengine.serviceAdmin', purpose: 'move traffic' },
  {
    name: 'appengine.versions.update',
    role: 'roles/appengine.serviceAdmin',
    purpose: 'start, stop and scale versions',
  },
  { name: 'appengine.versions.delete', role: 'roles/appengine.serviceAdmin', purpose: 'delete versions' },
  {
    name: 'appengine.applications.update',
    role: ADMIN,
    purpose: 'deploy dispatch.yaml and dos.yaml',
    isOptional: true,
  },
  {
    name: 'iam.serviceAccounts.actAs',
    role: 'roles/iam.serviceAccountUser',
    purpose: "run code as the application's account",
  },
  {
    name: 'storage.buckets.get',
    role: 'roles/storage.legacyBucketReader',
    purpose: 'see how long staged files are kept',
    isOptional: true,
  },
  { name: 'storage.objects.list', role: STORAGE, purpose: 'see which files are there' },
  { name: 'storage.objects.create', role: STORAGE, purpose: 'send files' },
  { name: 'storage.objects.get', role: STORAGE, purpose: 'read what former deploys recorded' },
  { name: 'storage.objects.delete', role: STORAGE, purpose: 'replace what former deploys recorded' },
  {
    name: 'cloudbuild.builds.get',
    role: 'roles/cloudbuild.builds.viewer',
    purpose: 'show why a build failed',
    isOptional: true,
  },
  { name: 'logging.logEntries.list', role: 'roles/logging.viewer', purpose: 'read logs', isOptional: true },
  {
    name: 'cloudscheduler.jobs.update',
    role: 'roles/cloudscheduler.admin',
    purpose: 'deploy cron.yaml',
    isOptional: true,
  },
  {
    name: 'cloudscheduler.jobs.run',
    role: 'roles/cloudscheduler.admin',
    purpose: 'run cron jobs by hand',
    isOptional: true,
  },
  {
    name: 'cloudtasks.queues.update',
    role: 'roles/cloudtasks.queueAdmin',
    purpose: 'deploy queue.yaml',
    isOptional: true,
  },
  {
    name: 'cloudtasks.queues.pause',
    role: 'roles/cloudtasks.queueAdmin',
    purpose: 'pause queues',
    isOptional: true,
  },
  {
    name: 'cloudtasks.tasks.list',
    role: 'roles/cloudtasks.viewer',
    purpose: 'list tasks',
    isOptional: true,
  },
  {
    name: 'datastore.indexes.update',
    role: 'roles/datastore.indexAdmin',
    purpose: 'deploy index.yaml',
    isOptional: true,
  },
];

/** Google's refusals name the permission, most of them; the others are told by what was asked. */
export function roleFor(text: string, request: string): string | undefined {
  const named = permissions.find(({ name }) => text.includes(name));
  if (named) return named.role;
  if (/act as|serviceAccount/i.test(text)) return 'roles/iam.serviceAccountUser';
  return byPath.find(([pattern]) => pattern.test(request))?.[1];
}

const byPath: readonly (readonly [RegExp, string])[] = [
  [/^GET \/v1\/apps\//, 'roles/appengine.appViewer'],
  [/^POST .*\/versions$/, DEPLOYER],
  [/^(PATCH|DELETE|POST) .*\/(services|versions)\b/, 'roles/appengine.serviceAdmin'],
  [/\/v1\/apps\//, ADMIN],
  [/\/storage\/v1\//, STORAGE],
  [/entries:list/, 'roles/logging.viewer'],
  [/\/jobs\b/, 'roles/cloudscheduler.admin'],
  [/\/queues\b/, 'roles/cloudtasks.queueAdmin'],
  [/\/indexes\b/, 'roles/datastore.indexAdmin'],
  [/\/builds\//, 'roles/cloudbuild.builds.viewer'],
];
