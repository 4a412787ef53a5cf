/** Module files to versions: values, defaults and what other backends are passed. */
import { describe, expect, it } from 'vitest';
import { parseModuleFile } from '../../../src/config/app/parse-module-file.ts';
import { hasErrors } from '../../../src/model/diagnostic.ts';

function valid(text: string) {
  const { value, diagnostics } = parseModuleFile(text, 'some/app.yaml');
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (value === undefined) throw new Error('no value');
  return value;
}

describe('parseModuleFile', () => {
  it('2.1b applies the defaults of the least possible file', () => {
    expect(valid('runtime: php55\n')).toEqual({
      module: 'default',
      namesModule: false,
      spec: {
        runtime: 'php55',
        environment: 'standard',
        scaling: { type: 'automatic' },
        instanceClass: 'F1',
        handlers: [],
        errorHandlers: [],
        environmentVariables: {},
        buildEnvironmentVariables: {},
        inboundServices: [],
        libraries: [],
        isThreadsafe: true,
        network: {},
        yamlFile: 'app.yaml',
      },
    });
  });

  it('takes names and versions as written', () => {
    const { application, module, version } = valid(
      'project: 10\nservice: 0x1f\nversion: 1:30\nruntime: php55\n'.replace('1:30', '010'),
    );
    expect({ application, module, version }).toEqual({ application: '10', module: '0x1f', version: '010' });
  });

  it('2.1a reads each kind of scaling', () => {
    const scaling = (text: string) => valid(`runtime: php55\n${text}`).spec;
    expect(scaling('basic_scaling: {max_instances: 3}\n')).toMatchObject({
      scaling: { type: 'basic', maxInstances: 3, idleTimeoutMs: 300_000 },
      instanceClass: 'B2',
    });
    expect(scaling('basic_scaling: {max_instances: 3, idle_timeout: 90s}\n').scaling).toMatchObject({
      idleTimeoutMs: 90_000,
    });
    expect(scaling('manual_scaling: {instances: "4"}\ninstance_class: b8\n')).toMatchObject({
      scaling: { type: 'manual', instances: 4 },
      instanceClass: 'B8',
    });
    const automatic = [
      'automatic_scaling:',
      '  min_idle_instances: automatic',
      '  max_idle_instances: 3',
      '  min_pending_latency: 30ms',
      '  max_pending_latency: 1.25s',
      '  max_concurrent_requests: 50',
      '  max_instances: 0',
      '  target_cpu_utilization: 0.75',
      '  cool_down_period_sec: 60',
      '',
    ];
    expect(scaling(automatic.join('\n')).scaling).toEqual({
      type: 'automatic',
      maxIdleInstances: 3,
      minPendingLatencyMs: 30,
      maxPendingLatencyMs: 1250,
      maxConcurrentRequests: 50,
      targetCpuUtilization: 0.75,
      flexible: { cool_down_period_sec: 60 },
    });
  });

  it('4f 4g 4h reads each kind of handler', () => {
    const text = [
      'application: a',
      'runtime: python27',
      'threadsafe: true',
      'handlers:',
      '- {url: /admin/.*, script: admin.app, login: admin, auth_fail_action: unauthorized, secure: always, redirect_http_response_code: 301}',
      '- {url: /static, static_dir: public, expiration: 1d 6h, secure: default}',
      '- url: /(.*\\.css)',
      '  static_files: css/\\1',
      '  upload: css/.*\\.css',
      '  mime_type: text/css',
      '  http_headers: {X-Foo: bar}',
      '  require_matching_file: true',
      '  application_readable: yes',
      '- {url: /_ah/spi/.*, api_endpoint: on, script: api.app}',
      'api_config: {url: /_ah/spi/.*, script: api.app, login: required}',
      'error_handlers: [{file: error.html}, {error_code: timeout, file: late.txt, mime_type: text/plain}]',
      '',
    ].join('\n');
    const { spec } = valid(text);
    const base = { login: 'optional', authFailAction: 'redirect', secure: 'optional' };
    expect(spec.handlers).toEqual([
      {
        ...base,
        type: 'script',
        url: '/admin/.*',
        script: 'admin.app',
        login: 'admin',
        authFailAction: 'unauthorized',
        secure: 'always',
        redirectHttpResponseCode: 301,
      },
      { ...base, type: 'static-dir', url: '/static', directory: 'public', expirationSeconds: 108_000 },
      {
        ...base,
        type: 'static-files',
        url: '/(.*\\.css)',
        files: 'css/\\1',
        upload: 'css/.*\\.css',
        mimeType: 'text/css',
        httpHeaders: { 'X-Foo': 'bar' },
        requireMatchingFile: true,
        applicationReadable: true,
      },
      { ...base, type: 'api-endpoint', url: '/_ah/spi/.*', script: 'api.app' },
    ]);
    expect(spec.apiConfig).toEqual({ url: '/_ah/spi/.*', script: 'api.app', login: 'required' });
    expect(spec.errorHandlers).toEqual([
      { errorCode: 'default', file: 'error.html' },
      { errorCode: 'timeout', file: 'late.txt', mimeType: 'text/plain' },
    ]);
  });

  it('resolves libraries, and takes ssl', () => {
    const text =
      'runtime: python27\nthreadsafe: no\nlibraries:\n- {name: ssl, version: latest}\n- {name: django, version: "1.11"}\n';
    const { spec } = valid(text);
    expect(spec.libraries).toEqual([
      { name: 'ssl', version: '2.7.11' },
      { name: 'django', version: '1.11' },
    ]);
    expect(spec.isThreadsafe).toBe(false);
  });

  it('2.1l reads the flexible environment', () => {
    const text = [
      'runtime: custom',
      'env: flex',
      'session_affinity: true',
      'network: {forwarded_ports: [8080, 53/udp], instance_ip_mode: INTERNAL}',
      'liveness_check: {path: /live, check_interval_sec: 30, initial_delay_sec: 300}',
      'readiness_check: {path: /ready, timeout_sec: 4, app_start_timeout_sec: 300}',
      'resources: {cpu: 2, memory_gb: 2.3}',
      'beta_settings: {cloud_sql_instances: a}',
      'vm_settings: {x: 1}',
      '',
    ].join('\n');
    expect(valid(text).spec).toMatchObject({
      environment: 'flexible',
      network: { sessionAffinity: true, forwardedPorts: ['8080', '53/udp'], instanceIpMode: 'internal' },
      livenessCheck: { path: '/live', checkIntervalMs: 30_000, initialDelayMs: 300_000 },
      readinessCheck: { path: '/ready', timeoutMs: 4000, appStartTimeoutMs: 300_000 },
      betaSettings: { cloud_sql_instances: 'a' },
      other: { resources: { cpu: 2, memory_gb: 2.3 }, vm_settings: { x: '1' } },
    });
  });

  it('network.session_affinity wins over the one without its parent', () => {
    const { spec } = valid('runtime: custom\nsession_affinity: true\nnetwork: {session_affinity: false}\n');
    expect(spec.network.sessionAffinity).toBe(false);
  });

  it('keeps the text of environment variables, whatever their name', () => {
    const { spec } = valid('runtime: php55\nenv_variables: {A: yes, B: 010, C: "", __proto__: x}\n');
    expect(Object.entries(spec.environmentVariables)).toEqual([
      ['A', 'yes'],
      ['B', '010'],
      ['C', ''],
      ['__proto__', 'x'],
    ]);
  });

  it('hands skip_files over as Python wrote them, without line ends', () => {
    expect(valid('runtime: php55\nskip_files: |\n  ^(.*/)?(\n  \\..*|\n  x)$\n').skipFiles).toEqual([
      '^(.*/)?(\\..*|x)$',
    ]);
    expect(valid('runtime: php55\nskip_files:\n- ^a$\n- (?i)^b\n').skipFiles).toEqual(['^a$', '(?i)^b']);
    expect(valid('runtime: php55\nskip_files: []\n').skipFiles).toEqual([]);
    expect(valid('runtime: php55\n').skipFiles).toBeUndefined();
  });

  it('2.4a refuses more than 100 handlers (group 38)', () => {
    const handlers = (count: number) =>
      `runtime: php55\nhandlers:\n${Array.from({ length: count }, (_, index) => `- {url: /p${index}, script: a.php}\n`).join('')}`;
    expect(parseModuleFile(handlers(100), 'app.yaml').diagnostics).toEqual([]);
    expect(parseModuleFile(handlers(101), 'app.yaml').diagnostics).toMatchObject([
      {
        code: 'too-many',
        line: 103,
        column: 3,
        path: 'handlers[100]',
        message: 'There are 101 entries; App Engine allows at most 100.',
      },
    ]);
  });

  it('takes unknown runtimes only when asked to', () => {
    const text = 'runtime: cobol85\n';
    expect(hasErrors(parseModuleFile(text, 'app.yaml').diagnostics)).toBe(true);
    const { value, diagnostics } = parseModuleFile(text, 'app.yaml', { allowsAnyRuntime: true });
    expect(diagnostics).toEqual([]);
    expect(value?.spec.runtime).toBe('cobol85');
  });

  it('applies every rule to what the command line says instead', () => {
    const text = 'application: a\nservice: web\nversion: v1\nruntime: php55\n';
    const overrides = { application: 'b', module: 'worker', version: 'v2', runtime: 'python27' };
    const { value, diagnostics } = parseModuleFile(text, 'app.yaml', { overrides, environmentVariables: { A: 'b' } });
    expect(value).toMatchObject({
      application: 'b',
      module: 'worker',
      version: 'v2',
      spec: { runtime: 'python27', environmentVariables: { A: 'b' } },
    });
    expect(diagnostics).toMatchObject([{ code: 'missing-key', path: 'threadsafe' }]);
  });

  it('reports everything that is wrong, not only the first', () => {
    const text =
      'application: A\nversion: V\nruntime: cobol\nfoo: 1\nmanual_scaling: {instances: 0}\nhandlers:\n- url: x\n';
    const { diagnostics } = parseModuleFile(text, 'app.yaml');
    expect(new Set(diagnostics.map(({ path }) => path))).toEqual(
      new Set([
        'application',
        'version',
        'runtime',
        'foo',
        'manual_scaling.instances',
        'handlers[0].url',
        'handlers[0]',
      ]),
    );
  });
});
