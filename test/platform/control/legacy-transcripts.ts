/** What the original appcfg (SDK 1.9.91) was seen to send for a small application. */

export const createBody = `api_version: '1'
application: demo-app
auto_id_policy: default
builtins:
- default: on
derived_file_type:
- python_precompiled
handlers:
- secure: optional
  static_dir: static
  url: /static
- script: main.app
  secure: optional
  url: /.*
runtime: python27
threadsafe: true
version: one
vm_settings:
  module_yaml_path: app.yaml
`;

export const createWorkerBody = `api_version: '1'
application: demo-app
auto_id_policy: default
basic_scaling:
  idle_timeout: 5m
  max_instances: '2'
builtins:
- default: on
derived_file_type:
- python_precompiled
handlers:
- login: admin
  script: main.app
  secure: optional
  url: /.*
instance_class: B1
module: worker
runtime: python27
threadsafe: true
version: one
vm_settings:
  module_yaml_path: worker.yaml
`;

export const cloneBlobsBody = 'static/s.css|c8b619fe_4389a72e_9ecd157a_ee9680b0_4ae5841c|text/css';

/** The files of the sample; hashes as the client computed them. */
export const files: readonly (readonly [path: string, hash: string, content: string])[] = [
  [
    'app.yaml',
    '83d77247_b7fbc249_ac7f51f6_0b319c53_b708e12b',
    'application: demo-app\nversion: one\nruntime: python27\napi_version: 1\nthreadsafe: true\nhandlers:\n- url: /static\n  static_dir: static\n- url: /.*\n  script: main.app\n',
  ],
  ['cron.yaml', '0104dbb4_d98d2d13_9d937654_ebac72fe_e0832e31', 'cron:\n- url: /tasks/a\n  schedule: every 1 hours\n'],
  [
    'dispatch.yaml',
    '0c5e8be4_9bc0f10b_9b230297_5607b8a0_19f8534c',
    'dispatch:\n- url: "*/tasks/*"\n  module: worker\n',
  ],
  ['dos.yaml', 'eacc4ddd_7df07784_2602867e_7f3222f8_f91d716a', 'blacklist:\n- subnet: 1.2.3.0/24\n'],
  [
    'index.yaml',
    '956513ff_cc1ea0f8_0832a19b_86719866_73897c1a',
    'indexes:\n- kind: Cat\n  properties:\n  - name: name\n  - name: age\n    direction: desc\n',
  ],
  ['main.py', '98148314_437e9425_d9cf9737_23bb165b_23618519', 'import webapp2\n'],
  ['queue.yaml', 'f4486f10_d72e8237_eacdb5e3_3921d9bc_12f68c53', 'queue:\n- name: default\n  rate: 5/s\n'],
  [
    'worker.yaml',
    '6e7c3ee3_1d58cc7f_745f8607_21de55ea_0c47ece5',
    'application: demo-app\nmodule: worker\nversion: one\nruntime: python27\napi_version: 1\nthreadsafe: true\ninstance_class: B1\nbasic_scaling:\n  max_instances: 2\n  idle_timeout: 5m\nhandlers:\n- url: /.*\n  script: main.app\n  login: admin\n',
  ],
];

export const cloneFilesBody = files.map(([path, hash]) => `${path}|${hash}`).join('\n');

interface Part {
  readonly path: string;
  readonly hash: string;
  readonly type: string;
  readonly content: string;
}

/** The batch format, byte for byte: line feeds only, lengths in the head of each part. */
export function batch(parts: readonly Part[], boundary = 'boundary'): string {
  const texts = parts.map(
    ({ path, hash, type, content }) =>
      `--${boundary}\nX-Appcfg-File: ${path}\nX-Appcfg-Hash: ${hash}\nContent-Type: ${type}\nContent-Length: ${Buffer.byteLength(content)}\nContent-Transfer-Encoding: 8bit\n\n${content}\n`,
  );
  return `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${boundary}"\n\nThis is a message with multiple parts in MIME format.\n${texts.join('')}--${boundary}--`;
}

export const addFilesBody = batch(
  files.map(([path, hash, content]) => ({ path, hash, content, type: 'application/octet-stream' })),
);

export const addBlobsBody = batch([
  { path: 'static/s.css', hash: 'c8b619fe_4389a72e_9ecd157a_ee9680b0_4ae5841c', type: 'text/css', content: 'b{}\n' },
]);

export const settings = {
  '/api/datastore/index/add':
    'indexes:\n- kind: Cat\n  properties:\n  - direction: asc\n    name: name\n  - direction: desc\n    name: age\n',
  '/api/cron/update': 'cron:\n- schedule: every 1 hours\n  url: /tasks/a\n',
  '/api/queue/update': 'queue:\n- name: default\n  rate: 5/s\n',
  '/api/dos/update': 'blacklist:\n- subnet: 1.2.3.0/24\n',
  '/api/dispatch/update': "application: demo-app\ndispatch:\n- module: worker\n  url: '*/tasks/*'\n",
} as const;
