/** What Google's App Engine refuses of a module's file, or does otherwise than the platform (Google's documentation, gcloud 528). */
import { runtimeGeneration } from '../../model/version-spec.ts';
import { differingKeys, differs, type ModuleFacts, refused } from './module-facts.ts';

/** Of the address VERSION-dot-MODULE-dot-APP: a label of a host name. */
const MOST_LABEL = 63;

export function googleDifferences(facts: ModuleFacts): void {
  checkRuntime(facts);
  checkNames(facts);
  checkConnections(facts);
  if (facts.spec.environment === 'flexible') checkFlexible(facts);
  else if (runtimeGeneration(facts.spec.runtime) === 2) checkSecondGeneration(facts);
  else checkFirstGeneration(facts);
}

function checkRuntime(facts: ModuleFacts): void {
  const { runtime, environment } = facts.spec;
  const path = ['runtime'];
  if (environment === 'flexible') return;
  if (runtimeGeneration(runtime) === 1) {
    const message = `Google takes no deploys of ${runtime} any more: its first-generation runtimes were deprecated on 2026-01-31, and only what runs there goes on.`;
    refused(facts, { path, message, hint: 'Deploy it to a platform of your own, or move to a later runtime.' });
  } else if (runtime === 'static') {
    const hint = 'Write a runtime that Google has, python312 for example: static handlers start no code there either.';
    refused(facts, { path, message: 'Google has no runtime "static".', hint });
  } else if (!/\d/.test(runtime)) {
    const message = `Google needs the version of the runtime: "${runtime}" alone is none.`;
    const example =
      runtime === 'python3' ? 'python312' : runtime === 'nodejs' ? 'nodejs22' : `${runtime} with its number`;
    refused(facts, { path, message, hint: `For example: runtime: ${example}` });
  } else if (runtime === 'python3') {
    refused(facts, {
      path,
      message: 'Google needs the version of the runtime.',
      hint: 'For example: runtime: python312',
    });
  }
}

function checkNames(facts: ModuleFacts): void {
  const { application, module, version } = facts;
  if (application !== undefined && !/^([a-z][a-z0-9.-]*:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(application)) {
    const message = `"${application}" can't be an application there: Google's project ids have 6 to 30 characters.`;
    refused(facts, { path: ['application'], message, hint: 'Name the project: -A PROJECT' });
  }
  const label = [version, module === 'default' ? undefined : module, application].filter(Boolean).join('-dot-');
  if (label.length > MOST_LABEL) {
    const message = `The version's own address there begins with ${label}, which is ${label.length - MOST_LABEL} characters too long for a host name.`;
    differs(facts, { path: ['version'], message, hint: 'Use a shorter version or module name.' });
  }
  differingKeys(facts, [
    [
      'application',
      'is refused by gcloud; appcfg passes it on as the project.',
      'For gcloud: delete it and use --project.',
    ],
    ['version', 'is refused by gcloud; appcfg passes it on.', 'For gcloud: delete it and use --version.'],
  ]);
}

function checkConnections(facts: ModuleFacts): void {
  const { spec, findings } = facts;
  if (spec.environment === 'standard' && spec.network.sessionAffinity === true) {
    const path = findings.has(['network', 'session_affinity']) ? ['network', 'session_affinity'] : ['session_affinity'];
    const message =
      'Google has session affinity, like WebSockets, in the flexible environment only; here it has no effect.';
    differs(facts, { path, message, hint: 'Write env: flex, or keep state out of instances.' });
  }
  for (const [name, value] of Object.entries(spec.environmentVariables)) {
    if (!/\$\{[A-Za-z_]\w*(:-[^}]*)?\}/.test(value)) continue;
    const message = `"${name}" names variables that appcfg fills in; gcloud sends the text as it is.`;
    differs(facts, { path: ['env_variables', name], message });
  }
}

function checkFirstGeneration(facts: ModuleFacts): void {
  if (facts.spec.entrypoint !== undefined) {
    differs(facts, {
      path: ['entrypoint'],
      message: `Google runs no entrypoint for ${facts.spec.runtime}.`,
      hint: 'Delete it.',
    });
  }
}

function checkSecondGeneration(facts: ModuleFacts): void {
  const { spec, findings } = facts;
  const leftOut = `is refused by Google for ${spec.runtime}; appcfg leaves it out.`;
  differingKeys(facts, [
    ['threadsafe', leftOut, 'Delete it: every later runtime serves several requests at once.'],
    ['api_version', leftOut, 'Delete it.'],
    ['libraries', `has no effect for ${spec.runtime}.`, 'List packages in requirements.txt.'],
    ['builtins', `has no effect for ${spec.runtime}.`, 'Delete it.'],
    ['skip_files', 'is refused by gcloud for later runtimes; appcfg goes by it.', 'For gcloud: write a .gcloudignore.'],
  ]);
  const count = spec.handlers.length;
  for (let index = 0; index < count; index += 1) checkHandler(facts, index);
  if (spec.usesBundledApis !== true && spec.inboundServices.some((service) => service.startsWith('mail'))) {
    const hint = 'Write app_engine_apis: true.';
    differs(facts, {
      path: ['inbound_services'],
      message: 'Mail arrives only where the bundled services are on.',
      hint,
    });
  }
  if (spec.usesBundledApis === true && !/^(python3|java|go1|php)/.test(spec.runtime)) {
    const message = `Google has no bundled services for ${spec.runtime}.`;
    refused(facts, {
      path: findings.has(['app_engine_apis']) ? ['app_engine_apis'] : ['app_engine_bundled_services'],
      message,
    });
  }
}

/** Handlers that an include brought have no place in this file; they are told of at `includes`. */
function checkHandler(facts: ModuleFacts, index: number): void {
  const { spec, findings } = facts;
  const place = (key: string) => (findings.has(['handlers', index, key]) ? ['handlers', index, key] : ['includes']);
  const handler = spec.handlers[index];
  if (handler?.type === 'script' && handler.script !== 'auto') {
    const message = `${spec.runtime} takes no script but auto: Google refuses "${handler.script}".`;
    refused(facts, {
      path: place('script'),
      message,
      hint: 'Write script: auto, and let the application route its addresses.',
    });
  }
  if (
    (handler?.type === 'static-dir' || handler?.type === 'static-files') &&
    handler.applicationReadable !== undefined
  ) {
    const message = `"application_readable" is refused by Google for ${spec.runtime}; appcfg leaves it out.`;
    differs(facts, {
      path: place('application_readable'),
      message,
      hint: 'Delete it: the application can read all its files.',
    });
  }
  if (handler !== undefined && handler.login !== 'optional' && spec.usesBundledApis !== true) {
    const message = `"login" has no effect at Google for ${spec.runtime} without the bundled services: the address would be open.`;
    refused(facts, {
      path: place('login'),
      message,
      hint: 'Write app_engine_apis: true, or put Identity-Aware Proxy in front.',
    });
  }
}

function checkFlexible(facts: ModuleFacts): void {
  differingKeys(facts, [
    ['handlers', 'has no effect in the flexible environment at Google; the platform goes by it.'],
    ['error_handlers', 'has no effect in the flexible environment at Google.'],
    ['inbound_services', 'has no effect in the flexible environment at Google.'],
    [
      'instance_class',
      'has no effect in the flexible environment at Google.',
      'Write resources: with cpu and memory_gb.',
    ],
  ]);
  if (facts.spec.scaling.type === 'basic') {
    const path = ['basic_scaling'];
    refused(facts, {
      path,
      message: 'The flexible environment has no basic scaling.',
      hint: 'Write manual_scaling or automatic_scaling.',
    });
  }
}
