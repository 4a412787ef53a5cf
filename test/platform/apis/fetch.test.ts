/** Requests between modules and to the world: urllib and urlfetch (S3 "Communication between modules"). */
import { createServer, type RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { pythons } from '../runtimes/pythons.ts';
import { apiPlatform } from './api-platform.ts';
import { automatic, consoleModule, manual, run, value } from './console.ts';

async function server(listener: RequestListener): Promise<number> {
  const created = createServer(listener);
  await new Promise<void>((done) => created.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    created.closeAllConnections();
    created.close();
  });
  const address = created.address();
  return typeof address === 'object' && address ? address.port : 0;
}

const urllib = `
try:
    import urllib2
except ImportError:
    import urllib.request as urllib2
`;

describe.each(pythons)('fetches under $name', ({ isMissing, environment }) => {
  const platform = apiPlatform(environment);
  const application = 'fetches';
  const fetching = (expression: string) =>
    `from google.appengine.api import modules, urlfetch\nimport json\n${expression}`;

  beforeAll(async () => {
    if (isMissing) return;
    await platform.deploy(application, [consoleModule('default', automatic), consoleModule('backend', manual())]);
    await platform.deploy('stranger', [consoleModule('default', automatic)]);
  });

  it.skipIf(isMissing)(
    'by urlfetch reach a login: admin handler of another module, known as the application',
    async () => {
      const seen = await value<Record<string, string>>(
        platform,
        application,
        fetching(`
url = 'http://%s/admin/x?a=b' % modules.get_hostname(module='backend')
answer = urlfetch.fetch(url, headers={'X-Mine': 'kept', 'X-AppEngine-QueueName': 'forged', 'User-Agent': 'me'})
result = json.loads(answer.content.decode('utf-8'))['environ']`),
      );
      expect(seen).toMatchObject({
        HTTP_X_APPENGINE_INBOUND_APPID: application,
        HTTP_X_MINE: 'kept',
        REMOTE_ADDR: '0.1.0.40',
        PATH_INFO: '/admin/x',
        QUERY_STRING: 'a=b',
        HTTP_USER_AGENT: `me AppEngine-Google; (+http://code.google.com/appengine; appid: s~${application})`,
        CURRENT_MODULE_ID: 'backend',
      });
      expect(seen).not.toHaveProperty('HTTP_X_APPENGINE_QUEUENAME');
    },
  );

  it.skipIf(isMissing)('5.5d by urllib too, unless real sockets were asked for', async () => {
    const code = `${urllib}
import json, os
from google.appengine.api import modules
url = 'http://%s/admin/x' % modules.get_hostname(module='backend')
opened = urllib2.urlopen(url)
result = [opened.getcode(), json.loads(opened.read().decode('utf-8'))['environ'].get('HTTP_X_APPENGINE_INBOUND_APPID')]
os.environ['GAE_USE_SOCKETS_HTTPLIB'] = ''
try:
    urllib2.urlopen(url)
except urllib2.URLError:
    result.append('not as the application')
`;
    expect(await value(platform, application, code)).toEqual([200, application, 'not as the application']);
  });

  it.skipIf(isMissing)('send bodies of every framing by urllib', async () => {
    const port = await server((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => response.end(`${request.method} ${Buffer.concat(chunks)}`));
    });
    const code = `${urllib}
try:
    import httplib
except ImportError:
    import http.client as httplib
first = urllib2.urlopen('http://127.0.0.1:${port}/', data=b'x' * 70000).read().decode('ascii')
connection = httplib.HTTPConnection('127.0.0.1', ${port})
connection.putrequest('PUT', '/chunks')
connection.putheader('Transfer-Encoding', 'chunked')
connection.endheaders()
connection.send(b'3\\r\\nabc\\r\\n')
connection.send(b'0\\r\\n\\r\\n')
result = [first[:6], len(first), connection.getresponse().read().decode('ascii')]
`;
    expect(await value(platform, application, code)).toEqual(['POST x', 70005, 'PUT abc']);
  });

  it.skipIf(isMissing)('V5 V7 from outside are no fetch of the application, whatever they say', async () => {
    const forged = { 'X-AppEngine-Inbound-Appid': application, 'X-AppEngine-User-Is-Admin': '1' };
    expect((await platform.ask(application, '/admin/x', { target: 'backend', headers: forged })).status).toBe(401);
    const other = fetching(`
result = urlfetch.fetch('http://backend.${application}.localhost:${platform.routerPort}/admin/x').status_code`);
    expect(await value(platform, 'stranger', other)).toBe(401);
    const open = fetching(`
answer = urlfetch.fetch('http://backend.${application}.localhost:${platform.routerPort}/x').content
result = json.loads(answer.decode('utf-8'))['environ']['HTTP_X_APPENGINE_INBOUND_APPID']`);
    expect(await value(platform, 'stranger', open)).toBe('stranger');
  });

  it.skipIf(isMissing)('V7 lose that mark when somebody else chose the address', async () => {
    const port = await server((_request, response) => {
      response.writeHead(302, {
        Location: `http://backend.${application}.localhost:${platform.routerPort}/admin/x`,
      });
      response.end();
    });
    const code = fetching(`result = urlfetch.fetch('http://127.0.0.1:${port}/').status_code`);
    expect(await value(platform, application, code)).toBe(401);
  });

  it.skipIf(isMissing)("never reach the platform's own doors", async () => {
    const fetchTo = (address: string) =>
      run(platform, application, fetching(`result = urlfetch.fetch(${address}).status_code`));
    expect((await fetchTo(`'http://127.0.0.1:${platform.controlPort}/'`)).error).toBe('DownloadError');
    expect((await fetchTo(`'http://localhost:${platform.controlPort}/'`)).error).toBe('DownloadError');
    expect((await fetchTo(`'http://[::ffff:127.0.0.1]:${platform.controlPort}/'`)).error).toBe('DownloadError');
    expect((await fetchTo("'http://127.0.0.1:%s/' % __import__('os').environ['API_PORT']")).error).toBe(
      'DownloadError',
    );
    expect((await fetchTo("'http://127.0.0.1:%s/' % __import__('os').environ['PORT']")).error).toBe('DownloadError');
    expect((await fetchTo("'http://%s/_ah/start' % modules.get_hostname('backend')")).result).toBe(404);
  });

  it.skipIf(isMissing)('5.5d follow redirects, unpack answers, and keep what was asked for', async () => {
    const port = await server((request, response) => {
      if (request.url === '/packed') {
        response.writeHead(200, { 'Content-Encoding': 'gzip', 'Set-Cookie': ['a=1', 'b=2'] });
        response.end(gzipSync('unpacked'));
      } else if (request.url === '/loop') {
        response.writeHead(302, { Location: '/loop' });
        response.end();
      } else {
        response.writeHead(303, { Location: '/packed' });
        response.end();
      }
    });
    const code = (url: string, options = '') =>
      fetching(`
answer = urlfetch.fetch('http://127.0.0.1:${port}${url}'${options})
result = [answer.status_code, answer.content.decode('utf-8'), answer.final_url, answer.headers.get('SET-COOKIE')]`);
    expect(await value(platform, application, code('/go', ", method='POST', payload={'a': 'b'}"))).toEqual([
      200,
      'unpacked',
      `http://127.0.0.1:${port}/packed`,
      'a=1, b=2',
    ]);
    expect(await value(platform, application, code('/go', ', follow_redirects=False'))).toEqual([303, '', null, null]);
    expect((await run(platform, application, code('/loop'))).error).toBe('TooManyRedirectsError');
  });

  it.skipIf(isMissing)('5.5d fail with their own errors', async () => {
    const port = await server((request, response) => {
      if (request.url === '/reset') request.socket.destroy();
      else if (request.url === '/nonsense') request.socket.end('what is this\r\n\r\n');
      else if (request.url === '/large') response.end(Buffer.alloc(33 * 1024 * 1024));
    });
    const error = async (text: string) => (await run(platform, application, fetching(`urlfetch.fetch(${text})`))).error;
    expect(await error(`'http://127.0.0.1:${port}/slow', deadline=0.2`)).toBe('DeadlineExceededError');
    expect(await error(`'http://127.0.0.1:${port}/reset'`)).toBe('ConnectionClosedError');
    expect(await error(`'http://127.0.0.1:${port}/nonsense'`)).toBe('MalformedReplyError');
    expect(await error(`'http://127.0.0.1:${port}/large'`)).toBe('ResponseTooLargeError');
    expect(await error("'http://127.0.0.1:1025/'")).toBe('DownloadError');
    expect(await error("'http://127.0.0.1:25/'")).toBe('InvalidURLError');
    expect(await error("'ftp://example.com/'")).toBe('InvalidURLError');
    expect(await error("'nonsense'")).toBe('InvalidURLError');
    expect(await error("'http://no.such.host.invalid/'")).toBe('DNSLookupFailedError');
    expect(await error("'http://127.0.0.1/', method='BREW'")).toBe('InvalidMethodError');
    const caught = await value(
      platform,
      application,
      `${urllib}
try:
    urllib2.urlopen('http://127.0.0.1:1025/')
except urllib2.URLError as error:
    result = 'urlfetch' in str(error)`,
    );
    expect(caught).toBe(true);
  });
});
