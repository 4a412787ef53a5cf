/** The keys of the flexible environment: health checks, resources, network. */
import { boolean, choice, integer, list, matching, number, object, parsedText, text } from '../shape/build.ts';
import type { Parsed } from '../shape/shape.ts';

const seconds = integer({ minimum: 0 });

function probeKeys(defaults: { readonly interval: string; readonly failures: string }) {
  return {
    path: {
      shape: text(),
      docs: 'Path that is asked, to be answered with 200; without it the application is not asked.',
    },
    host: { shape: text(), docs: 'Host header of the check.', default: 'the host name of the version' },
    check_interval_sec: { shape: seconds, docs: 'Seconds between checks.', default: defaults.interval },
    timeout_sec: { shape: seconds, docs: 'Seconds until a check counts as failed.', default: '4' },
    failure_threshold: { shape: seconds, docs: 'Failures in a row that count.', default: defaults.failures },
    success_threshold: { shape: seconds, docs: 'Successes in a row that count.', default: '2' },
  } as const;
}

export const livenessCheck = object('liveness_check', {
  ...probeKeys({ interval: '30', failures: '4' }),
  initial_delay_sec: { shape: seconds, docs: 'Seconds after the start before the first check.', default: '300' },
});

export const readinessCheck = object('readiness_check', {
  ...probeKeys({ interval: '5', failures: '2' }),
  app_start_timeout_sec: {
    shape: seconds,
    docs: 'Seconds the application has to become ready.',
    default: '300 with a path',
  },
});

export const legacyHealthCheck = object('health_check', {
  enable_health_check: { shape: boolean(), docs: 'Whether instances are checked.' },
  check_interval_sec: { shape: seconds, docs: 'Seconds between checks.' },
  timeout_sec: { shape: seconds, docs: 'Seconds until a check counts as failed.' },
  unhealthy_threshold: { shape: seconds, docs: 'Failures in a row until an instance gets no requests.' },
  healthy_threshold: { shape: seconds, docs: 'Successes in a row until it gets requests again.' },
  restart_threshold: { shape: seconds, docs: 'Failures in a row until it is restarted.' },
  host: { shape: text(), docs: 'Host header of the check.' },
});

const volume = object('a volume', {
  name: { shape: text(), isRequired: true, example: 'ramdisk1', docs: 'Name of the volume.' },
  volume_type: { shape: text(), isRequired: true, example: 'tmpfs', docs: 'Kind of volume.' },
  size_gb: { shape: number(), isRequired: true, example: '0.5', docs: 'Size in GB.' },
});

export const resources = object('resources', {
  cpu: { shape: number(), docs: 'Cores.', default: '1' },
  memory_gb: { shape: number(), docs: 'Memory in GB.', default: '0.6' },
  disk_size_gb: { shape: integer(), docs: 'Disk in GB.', default: '10' },
  volumes: { shape: list(volume), docs: 'Further volumes.' },
});

const label = /[a-z](?:[a-z\d-]{0,61}[a-z\d])?/;
const labelForm =
  '1 to 63 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen';

function parsePorts(value: string): Parsed<string> {
  const match = /^(\d{1,5})(?::(\d{1,5}))?(?:\/(?:tcp|udp))?$/.exec(value);
  const inRange = (port: string | undefined) => port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
  if (match !== null && inRange(match[1]) && inRange(match[2])) return { value };
  return { problem: 'must be PORT or PORT:PORT, with /tcp or /udp after it where needed, and ports from 1 to 65535' };
}

const forwardedPort = parsedText('a forwarded port', parsePorts, {
  form: 'PORT[:PORT][/tcp|/udp]',
  pattern: '^\\d{1,5}(:\\d{1,5})?(/(tcp|udp))?$',
  example: '8080:80/tcp',
});

export const network = object('network', {
  session_affinity: {
    shape: boolean(),
    docs: 'Send requests of one user to the same instance, as far as possible (long polling beside WebSockets).',
    default: 'false',
  },
  forwarded_ports: { shape: list(forwardedPort), docs: 'Ports of the machine that lead to the container.' },
  instance_tag: {
    shape: matching('an instance tag', label, labelForm, { example: 'web' }),
    docs: 'Tag of the machines.',
  },
  name: {
    shape: matching(
      'a network name',
      /[a-z\d-]+(?:\/[a-z\d-]+)*/,
      'lower-case letters, digits and hyphens, parts separated by /',
    ),
    docs: 'Name of the network.',
  },
  subnetwork_name: {
    shape: matching('a subnetwork name', label, labelForm, { example: 'subnet-a' }),
    docs: 'Name of the subnetwork.',
  },
  instance_ip_mode: {
    shape: choice(['external', 'internal', 'EXTERNAL', 'INTERNAL']),
    docs: 'Whether instances have public addresses.',
  },
});

const egress = choice(['all-traffic', 'private-ranges-only']);

export const vpcAccessConnector = object('vpc_access_connector', {
  name: {
    shape: matching(
      'a connector name',
      /[a-z\d-]+(?:\/[\s\S]*)?/,
      'a name of lower-case letters, digits and hyphens, or a resource path',
    ),
    docs: 'Name of the connector.',
  },
  egress_setting: { shape: egress, docs: 'Which outgoing traffic goes through it.', default: 'private-ranges-only' },
});

export const vpcAccess = object('vpc_access', {
  network_interface: {
    shape: object('network_interface', {
      network: { shape: text(), docs: 'Network.' },
      subnet: { shape: text(), docs: 'Subnet.' },
      tags: { shape: list(text()), docs: 'Network tags.' },
    }),
    docs: 'Where instances join the network.',
  },
  vpc_egress: { shape: egress, docs: 'Which outgoing traffic goes through it.' },
});

const endpointsKeys = {
  name: {
    shape: matching('a service name', /\S+/, 'a name without spaces'),
    isRequired: true,
    example: 'api.example.com',
    docs: 'Name of the service.',
  },
  rollout_strategy: { shape: choice(['fixed', 'managed']), docs: 'Which configuration is used.', default: 'fixed' },
  config_id: { shape: text(), docs: 'Configuration of the `fixed` strategy.' },
  trace_sampling: { shape: boolean(), docs: 'Whether requests are traced.', default: 'true' },
} as const;

export const endpointsApiService = object('endpoints_api_service', endpointsKeys, {
  check: ({ rollout_strategy: strategy, config_id: id }, { path, findings }) => {
    if (strategy === 'managed' && id !== undefined) {
      const message = 'config_id does not go with rollout_strategy: managed, which always takes the newest one.';
      findings.error('conflicting-keys', {
        path: [...path, 'config_id'],
        message,
        on: 'key',
        hint: 'Delete config_id.',
      });
    } else if (strategy !== 'managed' && id === undefined) {
      const message = '"config_id" is missing; only rollout_strategy: managed does without it.';
      findings.error('missing-key', {
        path: [...path, 'config_id'],
        message,
        hint: 'For example: config_id: 2016-08-01r0',
      });
    }
  },
});

export const flexibleRuntimeSettings = object('flexible_runtime_settings', {
  operating_system: {
    shape: matching('an operating system', /[a-z\d]+/, 'lower-case letters and digits'),
    docs: 'For example ubuntu22.',
  },
  runtime_version: { shape: text(), docs: 'Version of the language.' },
});
