/** The keys of a module's yaml file (app.yaml), each with its type, default and meaning. */

import { expiration } from '../durations.ts';
import { anything, boolean, choice, choiceOf, list, matching, object, oneOrList, text } from '../shape/build.ts';
import type { RetiredKey } from '../shape/shape.ts';
import {
  endpointsApiService,
  flexibleRuntimeSettings,
  legacyHealthCheck,
  livenessCheck,
  network,
  readinessCheck,
  resources,
  vpcAccess,
  vpcAccessConnector,
} from './flexible-keys.ts';
import { authFailAction, errorHandlers, handlerUrl, login, secure } from './handler-keys.ts';
import { filled, includableKeys, pythonExpression, settings } from './includable-keys.ts';
import { checkLibrary } from './libraries.ts';
import { applicationId, moduleName, versionId } from './name-shapes.ts';
import { runtimeName } from './runtimes.ts';
import { automaticScaling, basicScaling } from './scaling-keys.ts';

const library = object(
  'a library',
  {
    name: { shape: text(), isRequired: true, example: 'ssl', docs: 'Name of the library.' },
    version: { shape: text(), isRequired: true, example: 'latest', docs: 'A version, or `latest`.' },
  },
  { check: checkLibrary },
);
const libraries = list(library, { unique: { severity: 'error', key: 'name', noun: 'Library' } });

const apiConfig = object('api_config', {
  url: { shape: handlerUrl, isRequired: true, example: '/_ah/spi/.*', docs: 'Address of the API.' },
  script: { shape: filled('a script', 'main.app'), isRequired: true, example: 'main.app', docs: 'What runs.' },
  login: { shape: login, docs: 'Who may call it.', default: 'optional' },
  auth_fail_action: { shape: authFailAction, docs: 'What a user gets who is not logged in.', default: 'redirect' },
  secure: { shape: secure, docs: 'Whether http or https is enforced.', default: 'optional' },
});

const bundledServices = [
  ...[
    'app_identity_service',
    'blobstore',
    'capability_service',
    'datastore_v3',
    'deferred',
    'images',
    'mail',
    'memcache',
  ],
  ...['modules', 'namespaces', 'ndb', 'search', 'taskqueue', 'urlfetch', 'user'],
] as const;

const identityKeys = {
  application: {
    shape: applicationId,
    docs: 'The application this module belongs to; `-A` overrides it.',
    example: 'simple-sample',
  },
  project: { shape: applicationId, docs: 'Another name for `application`; only one of the two.' },
  module: { shape: moduleName, docs: 'The module; `-M` overrides it.', default: 'default' },
  service: { shape: moduleName, docs: 'The newer name for `module`; only one of the two.' },
  version: {
    shape: versionId,
    docs: 'The version; `-V` overrides it. Used as written: `010` stays `010`.',
    example: 'uno',
  },
} as const;

const runtimeKeys = {
  runtime: {
    shape: runtimeName(false),
    isRequired: true,
    example: 'python27',
    docs: 'What runs the code; `-r` overrides it.',
  },
  runtime_channel: { shape: text(), docs: 'Release channel of the runtime.' },
  api_version: {
    shape: matching('an api version', /[A-Za-z0-9_.]{1,32}/, '1 to 32 letters, digits, dots and underscores', {
      example: '1',
    }),
    docs: 'Version of the bundled APIs; always 1.',
  },
  env: {
    shape: choiceOf({
      standard: 'standard',
      '1': 'standard',
      flex: 'flexible',
      flexible: 'flexible',
      '2': 'flexible',
    } as const),
    docs: 'The environment.',
    default: 'standard',
  },
  threadsafe: {
    shape: boolean(),
    docs: 'Whether instances take several requests at a time. Required for python27.',
    default: 'true',
  },
  main: { shape: filled('a main package or class', './cmd/server'), docs: 'Main package (Go) or class.' },
  entrypoint: {
    shape: text(),
    docs: 'Command that starts the application; it must listen on `$PORT`.',
    default: 'by runtime',
  },
  libraries: { shape: libraries, docs: 'Third-party libraries of the python27 runtime.' },
  build_env_variables: { shape: settings, docs: 'Environment variables while the application is built.' },
  app_engine_apis: {
    shape: boolean(),
    docs: 'Whether second generation code uses the bundled APIs.',
    default: 'false',
  },
  app_engine_bundled_services: { shape: list(choice(bundledServices)), docs: 'Which bundled APIs it uses.' },
  service_account: { shape: text(), docs: 'Account the version runs as.' },
  runtime_config: { shape: settings, docs: 'Settings of the runtime (flexible environment).' },
  flexible_runtime_settings: {
    shape: flexibleRuntimeSettings,
    docs: 'System and language version (flexible environment).',
  },
} as const;

const scalingKeys = {
  instance_class: {
    shape: text('an instance class', {
      form: 'F1, F2, F4, F4_1G (automatic) or B1, B2, B4, B4_1G, B8 (manual, basic)',
      example: 'F2',
    }),
    docs: 'Memory and CPU of each instance.',
    default: 'F1 with automatic scaling, else B2',
  },
  automatic_scaling: { shape: automaticScaling, docs: 'Instances come and go with the load. The default.' },
  basic_scaling: { shape: basicScaling, docs: 'Instances start on demand and stop when idle.' },
} as const;

const goneServices = Object.fromEntries(
  ['xmpp_message', 'xmpp_subscribe', 'xmpp_presence', 'xmpp_error', 'channel_presence'].map((name) => [
    name,
    'Delete it: App Engine no longer has this service.',
  ]),
);

const servingKeys = {
  inbound_services: {
    shape: list(choice(['mail', 'mail_bounce', 'rest', 'warmup'], goneServices)),
    docs: 'What may reach the module besides web requests.',
  },
  default_expiration: { shape: expiration(), docs: 'How long browsers may keep static files.', default: '10m' },
  error_handlers: { shape: errorHandlers, docs: 'Pages for errors.' },
  api_config: { shape: apiConfig, docs: 'Endpoints API.' },
  nobuild_files: {
    shape: oneOrList(pythonExpression),
    refusesNull: true,
    docs: 'Go files that are uploaded but not compiled.',
  },
  session_affinity: { shape: boolean(), docs: 'Accepted here as well; belongs below `network`.' },
} as const;

const otherKeys = {
  network: { shape: network, docs: 'Session affinity, and the network of the flexible environment.' },
  liveness_check: { shape: livenessCheck, docs: 'Check that restarts an instance that fails it.' },
  readiness_check: { shape: readinessCheck, docs: 'Check that keeps requests from an instance that fails it.' },
  health_check: {
    shape: legacyHealthCheck,
    docs: 'The older health check.',
    discouraged: { message: '"health_check" was replaced.', hint: 'Write liveness_check and readiness_check.' },
  },
  vm_health_check: {
    shape: legacyHealthCheck,
    docs: 'The older health check, as Managed VMs wrote it.',
    discouraged: { message: '"vm_health_check" was replaced.', hint: 'Write liveness_check and readiness_check.' },
  },
  resources: { shape: resources, docs: 'Machine size (flexible environment).' },
  zones: { shape: list(text()), docs: 'Zones to run in.' },
  vpc_access_connector: { shape: vpcAccessConnector, docs: 'Connector to a private network.' },
  vpc_access: { shape: vpcAccess, docs: 'Direct access to a private network.' },
  endpoints_api_service: { shape: endpointsApiService, docs: 'Endpoints service (flexible environment).' },
  auto_id_policy: { shape: choice(['default', 'legacy']), docs: 'How the datastore chooses ids.', default: 'default' },
  derived_file_type: {
    shape: list(choice(['java_precompiled', 'python_precompiled'])),
    docs: 'What was precompiled; no effect here.',
  },
  source_language: {
    shape: matching('a language', /[A-Za-z0-9_.-]{1,32}/, '1 to 32 letters, digits, dots, hyphens and underscores'),
    docs: 'Language of the source; no effect here.',
  },
  standard_websocket: { shape: boolean(), docs: 'No effect here: WebSockets always work.' },
  code_lock: { shape: boolean(), docs: 'No effect here.' },
  backends: {
    shape: list(anything()),
    docs: 'What modules replaced; no effect here.',
    discouraged: {
      message: '"backends" was replaced by modules and has no effect.',
      hint: 'Write a yaml file with module: and basic_scaling or manual_scaling for each.',
    },
  },
} as const;

const retired: Readonly<Record<string, RetiredKey>> = {
  server: { severity: 'error', message: '"server" was renamed before modules were released.', hint: 'Write module.' },
  instances: {
    severity: 'error',
    message: '"instances" stands below manual_scaling.',
    hint: 'Write manual_scaling: and instances: below it, indented.',
  },
  max_instances: {
    severity: 'error',
    message: '"max_instances" stands below automatic_scaling or basic_scaling.',
    hint: 'Write it there, indented.',
  },
  idle_timeout: {
    severity: 'error',
    message: '"idle_timeout" stands below basic_scaling.',
    hint: 'Write it there, indented.',
  },
  min_idle_instances: {
    severity: 'error',
    message: '"min_idle_instances" stands below automatic_scaling.',
    hint: 'Write it there, indented.',
  },
  max_pending_latency: {
    severity: 'error',
    message: '"max_pending_latency" stands below automatic_scaling.',
    hint: 'Write it there, indented.',
  },
  GAE_USE_SOCKETS_HTTPLIB: {
    severity: 'error',
    message: '"GAE_USE_SOCKETS_HTTPLIB" is an environment variable.',
    hint: "Write env_variables: and GAE_USE_SOCKETS_HTTPLIB: '' below it, indented.",
  },
  pagespeed: { severity: 'warning', message: '"pagespeed" no longer does anything.', hint: 'Delete it.' },
  position: { severity: 'error', message: '"position" stands in handlers of included files only.', hint: 'Delete it.' },
};

/** @param allowsAnyRuntime what the `-R` flag asks for: `runtime` need not be a known one. */
export function moduleShape(allowsAnyRuntime: boolean) {
  const runtime = { ...runtimeKeys.runtime, shape: runtimeName(allowsAnyRuntime) };
  const first = { ...identityKeys, ...runtimeKeys, runtime, ...scalingKeys };
  return object('a module file', { ...first, ...includableKeys, ...servingKeys, ...otherKeys }, { retired });
}

const notInIncludes = Object.keys(moduleShape(false).keys)
  .filter((key) => !Object.hasOwn(includableKeys, key))
  .map((key): [string, RetiredKey] => {
    const message = `"${key}" can not stand in an included file.`;
    return [key, { severity: 'error', message, hint: 'Write it in the file that includes this one.' }];
  });

/** What an included file may hold. */
export const includeShape = object('an included file', includableKeys, { retired: Object.fromEntries(notInIncludes) });
