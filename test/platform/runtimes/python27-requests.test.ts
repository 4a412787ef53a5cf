/** What a first generation Python application sees of a request, and what its answers become. */
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type FixtureOptions, scriptHandler, startFixture } from './fixture-app.ts';
import { pythons } from './pythons.ts';

const handlers = [scriptHandler('/other/.*', 'other.application'), scriptHandler('/(?!nothing).*', 'main.app')];

describe.each(pythons)('python27 requests under $name', ({ isMissing, environment, major }) => {
  const probe = (options: Partial<FixtureOptions['spec']> = {}) =>
    startFixture({ app: 'python27-probe', environment, spec: { runtime: 'python27', handlers, ...options } });

  it.skipIf(isMissing)('runs under that Python and says when it is not 2.7', async () => {
    const app = await probe();
    expect(await app.json('/version')).toEqual([major, expect.any(Number)]);
    expect(app.build.warnings.some((line) => line.includes('no Python 2.7'))).toBe(major === 3);
  });

  it.skipIf(isMissing)('3.4a N6 shows the documented variables in os.environ and the WSGI environment', async () => {
    const app = await probe({
      environmentVariables: { COLOUR: 'blue', CURRENT_MODULE_ID: 'forged' },
      scaling: { type: 'manual', instances: 1 },
    });
    const headers = {
      Host: 'uno.simple-sample.localhost:8080',
      'X-Appengine-User-IP': '203.0.113.9',
      'X-Appengine-Https': 'on',
      'X-Appengine-User-Email': 'ann@gmail.com',
      'X-Appengine-User-Id': '185804764220139124118',
      'X-Appengine-User-Is-Admin': '1',
      'X-Appengine-Request-Log-Id': '5a1b2c',
      'X-Appengine-Country': 'ZZ',
      'Content-Type': 'text/plain',
    };
    const environ = (await app.json('/environ?x=1&y=%20', { method: 'POST', headers, body: 'abc' })) as Record<
      string,
      Record<string, unknown>
    >;
    const expected = {
      APPLICATION_ID: 's~simple-sample',
      CURRENT_MODULE_ID: 'default',
      CURRENT_VERSION_ID: 'uno.800508627093924081',
      INSTANCE_ID: '0',
      BACKEND_ID: 'default:uno',
      DATACENTER: 'us1',
      APPENGINE_RUNTIME: 'python27',
      AUTH_DOMAIN: 'gmail.com',
      DEFAULT_VERSION_HOSTNAME: 'simple-sample.localhost:8080',
      SERVER_SOFTWARE: expect.stringMatching(/^Google App Engine\/1\./),
      SERVER_NAME: 'uno.simple-sample.localhost',
      SERVER_PORT: '8080',
      SERVER_PROTOCOL: 'HTTP/1.1',
      HTTPS: 'on',
      REMOTE_ADDR: '203.0.113.9',
      REQUEST_METHOD: 'POST',
      REQUEST_URI: '/environ?x=1&y=%20',
      PATH_INFO: '/environ',
      PATH_TRANSLATED: expect.stringMatching(/main\.py$/),
      QUERY_STRING: 'x=1&y=%20',
      SCRIPT_NAME: '',
      CONTENT_TYPE: 'text/plain',
      CONTENT_LENGTH: '3',
      REQUEST_ID_HASH: expect.stringMatching(/^[0-9A-F]{8}$/),
      REQUEST_LOG_ID: '5a1b2c',
      USER_ID: '185804764220139124118',
      USER_EMAIL: 'ann@gmail.com',
      USER_NICKNAME: 'ann',
      USER_ORGANIZATION: '',
      USER_IS_ADMIN: '1',
      TZ: 'UTC',
      HTTP_X_APPENGINE_COUNTRY: 'ZZ',
      HTTP_HOST: 'uno.simple-sample.localhost:8080',
      COLOUR: 'blue',
      SET_AT_IMPORT: 'yes',
    };
    expect(environ.os).toMatchObject(expected);
    expect(environ.wsgi).toMatchObject(expected);
    expect(environ.wsgi).toMatchObject({
      'wsgi.version': [1, 0],
      'wsgi.url_scheme': 'https',
      'wsgi.multithread': true,
      'wsgi.multiprocess': true,
      'wsgi.run_once': false,
    });
    expect(environ.getenv).toBe('POST');
    expect(environ.os).not.toHaveProperty('APPCFG_LAUNCH');
    expect(app.build.warnings.join()).toContain('CURRENT_MODULE_ID');
  });

  it.skipIf(isMissing)(
    'gives anonymous plain requests their defaults, and no BACKEND_ID to automatic modules',
    async () => {
      const app = await probe();
      const { os } = (await app.json('/environ', { headers: { Host: 'simple-sample.localhost' } })) as {
        os: Record<string, string>;
      };
      expect(os).toMatchObject({ HTTPS: 'off', USER_EMAIL: '', USER_IS_ADMIN: '0', SERVER_PORT: '80' });
      expect(os).not.toHaveProperty('BACKEND_ID');
      expect(os).not.toHaveProperty('NODE_EXTRA_CA_CERTS');
    },
  );

  it.skipIf(isMissing)('does not let a header pose as another one or as a variable', async () => {
    const app = await probe();
    const { os } = (await app.json('/environ', {
      headers: { X_Appengine_User_Email: 'eve@gmail.com', Proxy: 'http://evil' },
    })) as { os: Record<string, string> };
    expect(os).not.toHaveProperty('HTTP_X_APPENGINE_USER_EMAIL');
    expect(os).not.toHaveProperty('HTTP_PROXY');
  });

  it.skipIf(isMissing)(
    'decodes the path the WSGI way and picks the first handler that matches the whole path',
    async () => {
      const app = await probe();
      expect((await app.ask('/other/%41%20b?q')).body).toBe('other /other/A b');
      expect((await app.ask('/nothing-here')).status).toBe(404);
      expect((await app.ask('/_ah/start')).body).toBe('"started"');
    },
  );

  it.skipIf(isMissing)('3.4a keeps what requests set in os.environ apart, and forgets it afterwards', async () => {
    const app = await probe();
    const names = ['a', 'b', 'c', 'd'];
    const answers = await Promise.all(names.map((name) => app.json('/meet?4', { headers: { 'X-Name': name } })));
    expect(answers).toEqual(names.map((name) => ({ most: 4, private: name, name })));
    expect(await app.json('/left-over')).toBeNull();
  });

  it.skipIf(isMissing)('3.4a serves one request at a time without threadsafe', async () => {
    const app = await probe({ isThreadsafe: false });
    const answers = await Promise.all(['a', 'b'].map((name) => app.json('/meet?1', { headers: { 'X-Name': name } })));
    expect(answers).toMatchObject([{ most: 1 }, { most: 1 }]);
    const { wsgi } = (await app.json('/environ')) as { wsgi: Record<string, unknown> };
    expect(wsgi['wsgi.multithread']).toBe(false);
  });

  it.skipIf(isMissing)('hides the traceback of an exception from the client', async () => {
    const app = await probe();
    for (const path of ['/crash', '/exit', '/unknown']) {
      const answer = await app.ask(path, { headers: { 'X-Appengine-Request-Log-Id': 'ab12' } });
      expect(answer.status).toBe(500);
      expect(answer.body).not.toMatch(/secret|Traceback|main\.py/);
    }
    const record = app.records().find((entry) => entry.message.includes('ValueError: secret detail'));
    expect(record).toMatchObject({ level: 'error', requestId: 'ab12', message: expect.stringContaining('Traceback') });
    expect((await app.ask('/version')).status).toBe(200);
  });

  it.skipIf(isMissing)('cuts the connection when the body breaks off', async () => {
    const app = await probe();
    await expect(app.ask('/crash-midway')).rejects.toThrow();
    await app.printed('ValueError: midway');
  });

  it.skipIf(isMissing)('streams generators, and frames every kind of answer', async () => {
    const app = await probe();
    const streamed = await app.ask('/stream');
    expect(streamed.body).toBe('piece 0\npiece 1\npiece 2\n');
    expect(streamed.headers['transfer-encoding']).toBe('chunked');
    expect((await app.ask('/write')).body).toBe('one two');
    expect(await app.ask('/no-content')).toMatchObject({ status: 204, body: '' });
    const head = await app.ask('/version', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect((await app.ask('/split-header')).status).toBe(500);
  });

  it.skipIf(isMissing)('hands over bodies of known length, in chunks and after 100-continue', async () => {
    const app = await probe();
    const body = 'x'.repeat(3 * 1024 * 1024);
    const known = await app.ask('/echo', { method: 'POST', body, headers: { 'Content-Length': String(body.length) } });
    expect(known.body.length).toBe(body.length);
    expect(known.headers['x-more']).toBe('0');
    const chunked = await app.ask('/echo', {
      method: 'POST',
      body: 'in chunks',
      headers: { 'Transfer-Encoding': 'chunked' },
    });
    expect(chunked.body).toBe('in chunks');
    const raw =
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n';
    expect(await exchange(app.port, [raw, 'body'])).toMatch(
      /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nbody$/,
    );
  });

  it.skipIf(isMissing)('keeps connections alive over unread bodies', async () => {
    const app = await probe();
    const post = 'POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello';
    const last = 'GET /version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    const text = await exchange(app.port, [post + last]);
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  });

  it.skipIf(isMissing)('refuses requests with two meanings', async () => {
    const app = await probe();
    const both = 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    const twice = 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody';
    const folded = 'GET /version HTTP/1.1\r\nHost: a\r\n X: b\r\n\r\n';
    const size = 'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n';
    for (const raw of [both, twice, folded, size, 'nonsense\r\n\r\n']) {
      expect(await exchange(app.port, [raw])).toMatch(/^HTTP\/1\.1 400 /);
    }
  });
});

/** Sends the pieces one after another, each when something came back for the one before; all that was answered. */
function exchange(port: number, pieces: readonly string[]): Promise<string> {
  return new Promise((done, fail) => {
    const left = [...pieces];
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(left.shift() ?? ''));
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      text += chunk;
      const next = left.shift();
      if (next !== undefined) socket.write(next);
    });
    socket.on('error', fail);
    socket.on('close', () => done(text));
  });
}
