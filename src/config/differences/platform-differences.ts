/** What the platform does not do of what a module's file says, or does otherwise than Google. */
import { differingKeys, differs, type ModuleFacts, refused } from './module-facts.ts';

const kept = 'is kept for Google and has no effect on the platform.';

/** Bundled services that the platform has no API for. */
const absentServices: Readonly<Record<string, string>> = {
  blobstore: 'a storage of your own',
  datastore_v3: 'a Datastore emulator or a database of your own',
  images: 'an imaging library',
  mail: 'smtplib and a mail server',
  search: 'a search engine of your own',
  ndb: 'a Datastore emulator',
};

export function platformDifferences(facts: ModuleFacts): void {
  checkRuntime(facts);
  checkServices(facts);
  differingKeys(facts, [
    ['vpc_access_connector', kept, "Instances reach what the platform's machine reaches."],
    ['vpc_access', kept, "Instances reach what the platform's machine reaches."],
    ['runtime_channel', kept],
    ['runtime_config', kept],
    ['flexible_runtime_settings', kept],
    ['resources', kept, 'Memory and processor shares follow instance_class.'],
    ['zones', kept],
    ['endpoints_api_service', kept],
    ['beta_settings', kept],
    ['vm_settings', kept],
    ['auto_id_policy', 'is about the datastore, which the platform has not.'],
    ['derived_file_type', kept],
    ['code_lock', kept],
    ['network.forwarded_ports', kept, 'The platform forwards requests, not ports.'],
    ['network.instance_tag', kept],
    ['network.name', kept],
    ['network.subnetwork_name', kept],
    ['network.instance_ip_mode', kept],
    ['vm_health_check', kept],
    ['health_check', kept],
    ['service_account', 'is the name that the application sees; the platform gives it no rights at Google.'],
  ]);
}

function checkRuntime(facts: ModuleFacts): void {
  const { spec } = facts;
  const needsEntrypoint = /^(custom|vm|ruby\d*|dotnet\w*|aspnetcore)$/.test(spec.runtime);
  if (needsEntrypoint && spec.entrypoint === undefined) {
    const message = `The platform builds nothing for ${spec.runtime} (no Dockerfile either) and needs to know what to run.`;
    refused(facts, { path: ['runtime'], message, hint: 'Write entrypoint: COMMAND, which listens on $PORT.' });
  } else if (/^(contrib-)?dart$/.test(spec.runtime)) {
    const message = `Nothing on the platform runs ${spec.runtime}.`;
    refused(facts, { path: ['runtime'], message, hint: 'Write runtime: custom and entrypoint: COMMAND.' });
  } else if (spec.environment === 'flexible') {
    const message =
      'In the flexible environment Google builds a container; the platform runs the program itself, with what is installed on its machine.';
    differs(facts, { path: ['env'], message });
  }
}

function checkServices(facts: ModuleFacts): void {
  const { spec, findings } = facts;
  const services = (spec.other?.app_engine_bundled_services ?? []) as readonly string[];
  for (const [index, service] of services.entries()) {
    const instead = Object.hasOwn(absentServices, service) ? absentServices[service] : undefined;
    if (instead === undefined) continue;
    const message = `The platform has no API for ${service}: calls of it fail with the documented error.`;
    differs(facts, { path: ['app_engine_bundled_services', index], message, hint: `Use ${instead}.` });
  }
  if (spec.inboundServices.some((service) => service.startsWith('mail')) && findings.has(['inbound_services'])) {
    const message = 'No mail arrives on the platform.';
    differs(facts, {
      path: ['inbound_services'],
      message,
      hint: 'Have a mail server of your own call the application.',
    });
  }
}
