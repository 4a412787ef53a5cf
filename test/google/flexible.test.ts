/** A version of the flexible environment as Google's API describes it: every key of app.yaml in its field. */
import { expect, it } from 'vitest';
import type { VersionSpec } from '../../src/model/version-spec.ts';
import { staticSpec } from '../contract/contract-bench.ts';
import { googleRig } from './rig.ts';

const rig = googleRig();
const { bench } = rig;

const flexible = {
  cool_down_period_sec: 180,
  ...{ min_num_instances: 2, max_num_instances: 9, target_concurrent_requests: 40 },
  cpu_utilization: { target_utilization: 0.6, aggregation_window_length_sec: 90 },
  ...{ target_network_sent_bytes_per_sec: 1000, target_disk_read_ops_per_sec: 20 },
};
const spec: VersionSpec = {
  ...staticSpec({ type: 'automatic', flexible }),
  ...{ runtime: 'python', environment: 'flexible', handlers: [], yamlFile: 'api.yaml' },
  ...{ entrypoint: 'exec gunicorn -b :$PORT main:app', environmentVariables: { MODE: 'live' } },
  betaSettings: { cloud_sql_instances: 'shop:us:db' },
  network: {
    instanceTag: 'web',
    name: 'default',
    forwardedPorts: ['8000/tcp'],
    sessionAffinity: true,
    instanceIpMode: 'internal',
  },
  livenessCheck: {
    path: '/live',
    checkIntervalMs: 30_000,
    timeoutMs: 4000,
    failureThreshold: 2,
    initialDelayMs: 300_000,
  },
  readinessCheck: { path: '/ready', successThreshold: 2, appStartTimeoutMs: 600_000 },
  other: {
    resources: {
      cpu: 2,
      memory_gb: 2.3,
      disk_size_gb: 10,
      volumes: [{ name: 'ram', volume_type: 'tmpfs', size_gb: 0.5 }],
    },
    runtime_config: { operating_system: 'ubuntu22', runtime_version: '3.12' },
    endpoints_api_service: { name: 'api.shop', rollout_strategy: 'managed', trace_sampling: false },
    zones: ['us-central1-a'],
  },
};

it('a flexible version has its scaling, checks, resources, network and build where the API has them', async () => {
  const application = bench.newApplication();
  const { blobs, ...upload } = bench.upload();
  await bench.backend.files.put(application, blobs);
  await bench.release(application, [], { uploads: [{ ...upload, spec }] });
  const sent = rig.google.fake.admin.applications.get(application)?.services.get('default')?.versions.get('uno');
  expect(sent).toMatchObject({
    ...{ runtime: 'vm', env: 'flexible', entrypoint: { shell: 'gunicorn -b :$PORT main:app' } },
    envVariables: { MODE: 'live' },
    betaSettings: { cloud_sql_instances: 'shop:us:db', vm_runtime: 'python', module_yaml_path: 'api.yaml' },
    automaticScaling: {
      ...{ coolDownPeriod: '180s', minTotalInstances: 2, maxTotalInstances: 9 },
      cpuUtilization: { targetUtilization: 0.6, aggregationWindowLength: '90s' },
      requestUtilization: { targetConcurrentRequests: 40 },
      networkUtilization: { targetSentBytesPerSecond: 1000 },
      diskUtilization: { targetReadOpsPerSecond: 20 },
    },
    network: { instanceTag: 'web', forwardedPorts: ['8000/tcp'], sessionAffinity: true, instanceIpMode: 'INTERNAL' },
    livenessCheck: { path: '/live', checkInterval: '30s', timeout: '4s', failureThreshold: 2, initialDelay: '300s' },
    readinessCheck: { path: '/ready', successThreshold: 2, appStartTimeout: '600s' },
    resources: { cpu: 2, memoryGb: 2.3, diskGb: 10, volumes: [{ name: 'ram', volumeType: 'tmpfs', sizeGb: 0.5 }] },
    flexibleRuntimeSettings: { operatingSystem: 'ubuntu22', runtimeVersion: '3.12' },
    endpointsApiService: { name: 'api.shop', rolloutStrategy: 'MANAGED', disableTraceSampling: true },
    zones: ['us-central1-a'],
    deployment: { cloudBuildOptions: { appYamlPath: 'api.yaml', cloudBuildTimeout: '1200s' } },
  });
  for (const name of ['threadsafe', 'libraries']) expect(sent).not.toHaveProperty(name);
});
