/** Recognises Python applications, old and new, and how they start. */
import type { DetectedCode } from './detected-code.ts';
import type { DirectoryFacts } from './directory-facts.ts';

const signs = ['main.py', 'manage.py', 'app.py', 'wsgi.py', 'requirements.txt', 'pyproject.toml', 'Pipfile'];

export function detectPython(facts: DirectoryFacts): DetectedCode | undefined {
  const because = signs.find((name) => facts.names.includes(name));
  if (because === undefined) return undefined;
  const main = facts.read('main.py');
  if (facts.names.includes('appengine_config.py') || /^\s*(?:import|from) webapp2\b/m.test(main ?? '')) {
    return { runtime: 'python27', because, notes: [] };
  }
  return { runtime: 'python3', because, ...start(facts, main) };
}

function start(facts: DirectoryFacts, main: string | undefined): Pick<DetectedCode, 'entrypoint' | 'notes'> {
  if (main !== undefined && /\bapp\b/.test(main)) return { notes: [] };
  const hasGunicorn = /^gunicorn\b/m.test(facts.read('requirements.txt') ?? '');
  const wsgi = wsgiObject(facts);
  if (wsgi !== undefined && hasGunicorn) return { entrypoint: [`entrypoint: gunicorn -b :$PORT ${wsgi}`], notes: [] };
  const program = ['main.py', 'app.py'].find((name) => facts.names.includes(name));
  if (program !== undefined) {
    return { entrypoint: [`entrypoint: python3 ${program}`], notes: [`${program} has to listen on $PORT.`] };
  }
  if (wsgi === undefined) return { notes: ['Put the WSGI object app into main.py, or an entrypoint into app.yaml.'] };
  const notes = [`Add gunicorn to requirements.txt: it serves ${wsgi}.`];
  return { entrypoint: [`entrypoint: gunicorn -b :$PORT ${wsgi}`], notes };
}

/** `package.wsgi`, as Django has it, or `app:app`. */
function wsgiObject(facts: DirectoryFacts): string | undefined {
  const { names, namesIn } = facts;
  if (names.includes('manage.py')) {
    const folder = names.find((name) => namesIn(name).includes('wsgi.py'));
    if (folder !== undefined) return `${folder}.wsgi`;
  }
  if (names.includes('wsgi.py')) return 'wsgi';
  return /\bapp\b/.test(facts.read('app.py') ?? '') ? 'app:app' : undefined;
}
