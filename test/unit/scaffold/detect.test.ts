import { expect, it } from 'vitest';
import { detectCode } from '../../../src/scaffold/detect.ts';
import type { DirectoryFacts } from '../../../src/scaffold/directory-facts.ts';

/** Paths -> contents. */
function facts(files: Readonly<Record<string, string>>): DirectoryFacts {
  const namesIn = (folder: string) => {
    const prefix = folder === '.' ? '' : `${folder}/`;
    const below = Object.keys(files).filter((path) => path.startsWith(prefix));
    return [...new Set(below.map((path) => path.slice(prefix.length).split('/')[0] ?? ''))].sort();
  };
  return { names: namesIn('.'), namesIn, read: (path) => files[path] };
}

const app = 'app = Flask(__name__)';

it.each<[string, Record<string, string>, string, Partial<ReturnType<typeof detectCode>>]>([
  ['an empty directory', {}, '', {}],
  ['a note and a picture', { 'README.md': '', 'cat.png': '' }, '', {}],
  ['a start script', { 'package.json': '{"scripts": {"start": "node x.js"}}' }, 'nodejs', { notes: [] }],
  ['a server.js', { 'package.json': '{}', 'server.js': '' }, 'nodejs', { notes: [] }],
  [
    'a package without a start',
    { 'package.json': '{}' },
    'nodejs',
    { notes: [expect.stringContaining('start script')] },
  ],
  ['a package file that is none', { 'package.json': '[', 'index.js': '' }, 'nodejs', { notes: [] }],
  ['a built page', { 'package.json': '{}', 'dist/index.html': '' }, 'static', { because: 'dist/index.html' }],
  ['Go', { 'go.mod': '', 'main.go': '', 'index.html': '' }, 'go', { notes: [] }],
  ['Go below cmd', { 'go.mod': '', 'cmd/server/main.go': '' }, 'go', { entrypoint: ['main: ./cmd/server'] }],
  ['Go somewhere', { 'go.mod': '', 'a/main.go': '' }, 'go', { notes: [expect.stringContaining('main: ./cmd/server')] }],
  ['WSGI in main.py', { 'main.py': app, 'requirements.txt': '' }, 'python3', { because: 'main.py', notes: [] }],
  ['a program main.py', { 'main.py': 'serve()' }, 'python3', { entrypoint: ['entrypoint: python3 main.py'] }],
  [
    'Flask in app.py with gunicorn',
    { 'app.py': app, 'requirements.txt': 'flask\ngunicorn==23.0' },
    'python3',
    { entrypoint: ['entrypoint: gunicorn -b :$PORT app:app'], notes: [] },
  ],
  ['app.py alone', { 'app.py': app }, 'python3', { notes: ['app.py has to listen on $PORT.'] }],
  [
    'Django',
    { 'manage.py': '', 'shop/wsgi.py': '', 'requirements.txt': 'gunicorn' },
    'python3',
    { entrypoint: ['entrypoint: gunicorn -b :$PORT shop.wsgi'], notes: [] },
  ],
  [
    'Django alone',
    { 'manage.py': '', 'shop/wsgi.py': '' },
    'python3',
    { notes: [expect.stringContaining('gunicorn')] },
  ],
  ['requirements alone', { 'requirements.txt': 'flask' }, 'python3', { notes: [expect.stringContaining('main.py')] }],
  ['webapp2', { 'main.py': 'import webapp2\napp = 1' }, 'python27', {}],
  ['appengine_config.py', { 'main.py': '', 'appengine_config.py': '' }, 'python27', {}],
  ['a jar', { 'shop.jar': '', 'pom.xml': '' }, 'java', { because: 'shop.jar', notes: [] }],
  ['two jars', { 'a.jar': '', 'b.jar': '' }, 'java', { notes: [expect.stringContaining('several jars')] }],
  ['Maven', { 'pom.xml': '' }, 'java', { notes: [expect.stringContaining('jar')] }],
  ['one Java file', { 'Shop.java': '' }, 'java', { entrypoint: ['entrypoint: java -Xmx128m Shop.java'] }],
  ['PHP', { 'index.php': '', 'index.html': '' }, 'php', { notes: [] }],
  ['PHP in public', { 'composer.json': '', 'public/index.php': '' }, 'php', { because: 'public/index.php' }],
  ['composer alone', { 'composer.json': '' }, 'php', { notes: [expect.stringContaining('index.php')] }],
  ['a page', { 'index.html': '', 'style.css': '' }, 'static', { because: 'index.html' }],
  ['a page in public', { 'public/index.html': '' }, 'static', { because: 'public/index.html' }],
])('recognises %s', (_, files, runtime, expected) => {
  const found = detectCode(facts(files));
  if (runtime === '') expect(found).toBeUndefined();
  else expect(found).toMatchObject({ runtime, ...expected });
});
