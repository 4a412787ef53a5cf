/** `libraries:` of app.yaml, from an App Engine SDK or a directory of wheels. The libraries are small stand-ins. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildFixture, launchFixture, scriptHandler, startFixture, temporaryDirectory } from './fixture-app.ts';
import { pythons } from './pythons.ts';

const WEBAPP2 = `
import webob


class RequestHandler(object):
    def __init__(self, response):
        self.response = response


class WSGIApplication(object):
    def __init__(self, routes, debug=False):
        self._routes = dict(routes)

    def __call__(self, environ, start_response):
        response = webob.Response()
        self._routes[environ['PATH_INFO']](response).get()
        start_response('200 OK', list(response.headers.items()))
        return [response.body]
`;
const WEBOB = `
class Response(object):
    def __init__(self):
        self.headers = {}
        self.body = b''

    def write(self, text):
        self.body += text.encode('utf-8')
`;

function files(directory: string, texts: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

const jinja2 = (version: string) =>
  `from markupsafe import mark\n\n\ndef render(text):\n    return mark(text) + ' ${version}'\n`;

/** As in google_appengine/lib. */
const sdk = () =>
  files(temporaryDirectory(), {
    'lib/webapp2-2.3/webapp2.py': 'raise ImportError("too old")\n',
    'lib/webapp2-2.5.2/webapp2.py': WEBAPP2,
    'lib/webob-1.2.3/webob/__init__.py': WEBOB,
    'lib/jinja2-2.6/jinja2/__init__.py': jinja2('2.6'),
    'lib/jinja2-2.10/jinja2/__init__.py': jinja2('2.10'),
    'lib/markupsafe-0.15/markupsafe/__init__.py': 'def mark(text):\n    return text\n',
  });

function wheels(): string {
  const directory = temporaryDirectory();
  const wheel = (name: string, version: string, texts: Readonly<Record<string, string>>) => {
    const source = files(temporaryDirectory(), texts);
    const tops = [...new Set(Object.keys(texts).map((path) => path.split('/')[0] ?? path))];
    const path = join(directory, `${name}-${version}-py2.py3-none-any.whl`);
    execFileSync('python3', ['-m', 'zipfile', '-c', path, ...tops], { cwd: source });
  };
  wheel('webapp2', '2.5.2', { 'webapp2.py': WEBAPP2 });
  wheel('WebOb', '1.2.3', { 'webob/__init__.py': WEBOB });
  wheel('Jinja2', '2.6', { 'jinja2/__init__.py': jinja2('2.6') });
  wheel('MarkupSafe', '0.15', { 'markupsafe/__init__.py': 'def mark(text):\n    return text\n' });
  return directory;
}

describe.each(pythons)('libraries of python27 under $name', ({ isMissing, environment }) => {
  const application = (where: string, versions: Readonly<Record<string, string>>) => ({
    app: 'python27-webapp2',
    environment: { ...environment, APPCFG_PYTHON27_LIBRARIES: where },
    spec: {
      runtime: 'python27',
      handlers: [scriptHandler('/.*', 'main.app')],
      libraries: Object.entries(versions).map(([name, version]) => ({ name, version })),
    },
  });

  it.skipIf(isMissing).each([
    ['an SDK', sdk, '2.10'],
    ['wheels', wheels, '2.6'],
  ] as const)('3.4f come from %s, with what belongs to them', async (_, make, latest) => {
    const app = await startFixture(application(make(), { webapp2: '2.5.2', jinja2: 'latest' }));
    expect(await app.ask('/')).toMatchObject({ status: 200, body: `Hello, webapp2! ${latest}` });
    expect(app.build.warnings.filter((warning) => warning.includes('library'))).toEqual([]);
  });

  it.skipIf(isMissing)('3.4f have the version that the file asks for, or are told to be missing', async () => {
    const where = sdk();
    const app = await startFixture(application(where, { webapp2: '2.5.2', jinja2: '2.6' }));
    expect((await app.ask('/')).body).toBe('Hello, webapp2! 2.6');
    const { build } = await buildFixture(application(where, { webapp2: '2.5.3', jinja2: '2.6' }));
    expect(build.warnings).toContainEqual(
      expect.stringContaining(`library webapp2 2.5.3 of app.yaml is not in ${where}`),
    );
    const failing = await launchFixture(application(where, { jinja2: '2.6' }));
    expect(await failing.exit).toBe(1);
    expect(failing.lines.map(({ line }) => line).join('\n')).toContain('APPCFG_PYTHON27_LIBRARIES');
  });
});
