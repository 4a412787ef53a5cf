/** Every route beside the tool's own is sent bodies, queries and names of every kind, and answers each in words. */
import fc, { type Arbitrary } from 'fast-check';
import { expect, it } from 'vitest';
import { startAdmin } from '../platform/control/admin-rig.ts';
import { countsOf } from './counts.ts';
import { text, value } from './fuzzing.ts';
import { hostileNames } from './hostile-values.ts';
import { seed } from './random.ts';

const count = countsOf(`other surfaces, seed ${seed}`);
/** Inputs of each route; CI asks for fewer (.ci/run). */
const inputs = Math.ceil(Number(process.env.FAULT_INPUTS ?? 400) / 50);

const known: Readonly<Record<string, string>> = {
  app: 'demo',
  project: 'demo',
  bucket: 'staging.demo.appspot.com',
  service: 'default',
  version: 'v1',
  location: 'local',
};
const words = [
  ...['id', 'name', 'split', 'allocations', 'shardBy', 'handlers', 'urlRegex', 'deployment', 'files', 'sourceUrl'],
  ...['zip', 'runtime', 'manualScaling', 'instances', 'automaticScaling', 'dispatchRules', 'service', 'path', 'domain'],
  ...['sourceRange', 'priority', 'action', 'certificateRawData', 'publicCertificate', 'privateKey', 'sslSettings'],
  ...['schedule', 'timeZone', 'rateLimits', 'retryConfig', 'task', 'httpRequest', 'resourceNames', 'filter', 'fields'],
];
const record = fc.dictionary(
  fc.constantFrom(...words),
  fc.oneof(value, fc.dictionary(fc.constantFrom(...words), value)),
);
const body: Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: record.map((content) => JSON.stringify(content)) },
  value.map((content) => JSON.stringify(content) ?? ''),
  text,
  fc.constantFrom('cron:\n- url: /x\n  schedule: every 1 mins\n', 'queue:\n- name: q\n  rate: 1/s\n', '&a [*a, *a]'),
);
const query = fc.dictionary(
  fc.constantFrom('updateMask', 'uploadType', 'name', 'upload_id', 'pageToken', 'pageSize', 'filter', 'view', 'path'),
  text,
  { maxKeys: 3 },
);
const contentType = fc.constantFrom(
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/related; boundary=b',
  'multipart/mixed; boundary="b"',
  'application/octet-stream',
  'nonsense',
);

it('answers in words, and never as if it were broken', async () => {
  const api = await startAdmin();
  await api.deploy('default', 'v1');
  const routes = api.routes.filter(({ pattern }) => !/^\/(appcfg|console)(\/|$)/.test(pattern));
  expect(routes.length).toBeGreaterThan(100);
  const placed = (pattern: string, strange: string, isStrange: boolean) =>
    pattern.replaceAll(
      /\/:([a-z_]+)/gi,
      (_, name: string) =>
        `/${isStrange || !(name in known) ? encodeURIComponent(strange.replaceAll(/\p{Surrogate}/gu, '?')) : known[name]}`,
    );
  for (const { method, pattern } of routes) {
    const parts = fc.tuple(body, query, contentType, fc.constantFrom('x', ...hostileNames), fc.boolean());
    for (const [content, asked, type, strange, isStrange] of fc.sample(parts, { numRuns: inputs, seed })) {
      const parameters = new URLSearchParams(pattern.startsWith('/api/') ? { app_id: 'demo', version: 'v1' } : {});
      for (const [name, given] of Object.entries(asked)) parameters.set(name, given);
      const path = `${placed(pattern, strange, isStrange)}?${parameters}`;
      const sent = method === 'GET' ? {} : { body: content };
      const answer = await api.call(method, path, { headers: { 'content-type': type }, ...sent });
      const told = `${method} ${path} ${content.slice(0, 500)}\n${answer.text.slice(0, 1000)}`;
      count({ inputs: 1 });
      expect(answer.status, told).not.toBe(500);
      expect(answer.text, told).not.toMatch(/This is a bug in appcfg|\n {4}at /);
    }
  }
});
