/** Whatever is sent to any route: an answer, never a failure of the platform's own, and nothing without the token. */
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startAdmin } from './admin-rig.ts';
import { startApi } from './api-rig.ts';

const bodies: readonly (string | undefined)[] = [
  undefined,
  '',
  '{',
  'null',
  '[]',
  '"text"',
  '{"a":{"b":[null,1,"x"]}}',
  '{"id":null,"split":null,"dispatchRules":null,"ingressRules":null,"filter":null,"sslSettings":null}',
  '{"id":5,"split":5,"dispatchRules":5,"ingressRules":5,"filter":5,"sslSettings":5,"properties":5,"kind":5}',
  `{"id":"${'x'.repeat(5000)}","runtime":"${'y'.repeat(5000)}"}`,
  '{"__proto__":{"id":"x"},"constructor":{"prototype":1}}',
  'key: &a [*a]\n',
  '\u0000\uffff',
];
const names = ['demo', 'x', '..', '%00', 'a%2Fb', '%F0%9F%92%A9', '__proto__', 'constructor', ':', 'a'.repeat(300)];
const queries = [
  '',
  '?updateMask=a.b.c,split,dispatchRules,servingStatus,__proto__&app_id=demo&version=v1&path=x&uploadType=multipart',
  '?app_id=demo&module=__proto__&version=constructor&version_match=toString&id=1&offset=1.1&pageSize=-1&pageToken=x',
];

describe('every route', () => {
  it('answers odd requests without failing', { timeout: 120_000 }, async () => {
    const { call, deploy, routes } = await startAdmin();
    await deploy('default', 'v1');
    const failures: string[] = [];
    let count = 0;
    for (const { method, pattern } of routes) {
      // Those of our own tool have their own tests.
      if (pattern.startsWith('/appcfg/') || pattern.startsWith('/console')) continue;
      for (const [index, body] of bodies.entries()) {
        const name = names[(index + count) % names.length] ?? 'demo';
        const path = pattern
          .replaceAll(/:(app|service|version)\b(?=[/:]|$)/g, (_, part) =>
            index % 2 === 0 ? known[part as keyof typeof known] : name,
          )
          .replaceAll(/:[a-z_]+(?=[/:]|$)/g, (part) => (isVerb(pattern, part) ? part : name));
        const query = queries[index % queries.length] ?? '';
        const headers = { 'x-appcfg-api-version': '1', 'content-type': 'multipart/related; boundary=x' };
        const answer = await call(method, path + query, { headers, ...(body === undefined ? {} : { body }) });
        count += 1;
        if (answer.status >= 500)
          failures.push(
            `${method} ${path}${query} ${body?.slice(0, 60)} -> ${answer.status} ${answer.text.slice(0, 200)}`,
          );
      }
    }
    expect(failures).toEqual([]);
    expect(count).toBeGreaterThan(1000);
  });

  it('wants the token, but for what is public', async () => {
    const { call, routes } = await startApi();
    const open = new Set<string>();
    for (const { method, pattern } of routes) {
      // The console's pages: the same for everybody.
      if (pattern === '/console' || pattern.startsWith('/console/')) continue;
      const path = pattern.replaceAll(/:[a-z_]+(?=[/:]|$)/g, (part) => (isVerb(pattern, part) ? part : 'demo'));
      const { status } = await call(method, path, { isAnonymous: true });
      if (status !== 401) open.add(`${method} ${pattern}`);
    }
    expect([...open].sort()).toEqual([
      'DELETE /resumable/upload/storage/v1/b/:bucket/o',
      'DELETE /upload/storage/v1/b/:bucket/o',
      'GET /$discovery/rest',
      'POST /appcfg/v1/console:session',
      'PUT /resumable/upload/storage/v1/b/:bucket/o',
      'PUT /upload/storage/v1/b/:bucket/o',
    ]);
  });
});

const known = { app: 'demo', service: 'default', version: 'v1' } as const;

/** `:repair` in `:app:repair`, and `:list` in `entries:list`: not a parameter. */
function isVerb(pattern: string, part: string): boolean {
  const at = pattern.indexOf(part);
  return pattern[at - 1] !== '/';
}

describe('a connection with many requests', () => {
  it('is left nothing by those that were refused before their bodies had come', async () => {
    const warnings: string[] = [];
    const onWarning = (warning: Error) => warnings.push(warning.message);
    process.on('warning', onWarning);
    onTestFinished(() => void process.off('warning', onWarning));
    const { port } = await startApi();
    const socket = connect({ port, host: '127.0.0.1' });
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    for (let round = 1; round <= 30; round += 1) {
      socket.write('POST /appcfg/v1/apps/demo/releases HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n');
      while (text.split('HTTP/1.1 4').length <= round) await new Promise((resolve) => setTimeout(resolve, 2));
      socket.write('abc');
    }
    socket.destroy();
    expect(warnings).toEqual([]);
  });
});
