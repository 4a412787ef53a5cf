import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { consoleFileRoutes } from '../../../src/platform/console/console-files.ts';
import type { RouteRequest } from '../../../src/platform/control/route-table.ts';
import { createRouteTable } from '../../../src/platform/control/route-table.ts';

const assets = join(import.meta.dirname, '../../../src/platform/console/assets');

/** Answers with the console's routes alone; what they refuse is 404. */
async function serve(directory: string): Promise<string> {
  const find = createRouteTable(consoleFileRoutes(directory));
  const server = createServer((message, response) => {
    const found = find(message.method ?? '', message.url ?? '');
    try {
      if (typeof found !== 'object') throw new Error('no route');
      void found.handler({ message, response, parameters: found.parameters } as unknown as RouteRequest);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

it('serves its pages under a policy that lets nothing in from elsewhere, and nothing inline', async () => {
  const url = await serve(assets);
  const page = await fetch(`${url}/console/`);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  const html = await page.text();
  expect(html).not.toMatch(/<style|style=|<script>|\son\w+=|https?:\/\//);
  for (const [, file = ''] of html.matchAll(/(?:src|href)="([\w.-]+)"/g)) {
    expect((await fetch(`${url}/console/${file}`)).status, file).toBe(200);
  }
});

it('answers what a browser has already without a body', async () => {
  const url = await serve(assets);
  const etag = (await fetch(`${url}/console/main.js`)).headers.get('etag') ?? '';
  const again = await fetch(`${url}/console/main.js`, { headers: { 'if-none-match': `"other", ${etag}` } });
  expect([again.status, await again.text()]).toEqual([304, '']);
  expect((await fetch(`${url}/console/main.js`, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
});

it.each(['/console/..%2f..%2fplatform.ts', '/console/constructor', '/console/no.js', '/console/main.js/'])(
  'has nothing at %s',
  async (path) => {
    expect((await fetch((await serve(assets)) + path)).status).toBe(404);
  },
);

it('does without where its files are not installed', async () => {
  expect((await fetch(`${await serve('/nowhere')}/console/`)).status).toBe(404);
});
