/** Recognises the code in a directory by the files that its language leaves there. */

import { detectPython } from './detect-python.ts';
import { detectStatic } from './detect-static.ts';
import type { DetectedCode } from './detected-code.ts';
import type { DirectoryFacts } from './directory-facts.ts';

/** undefined for a directory without code that we know. */
export function detectCode(facts: DirectoryFacts): DetectedCode | undefined {
  const detectors = [detectNode, detectGo, detectPython, detectJava, detectPhp, detectStatic];
  for (const detect of detectors) {
    const found = detect(facts);
    if (found !== undefined) return found;
  }
  return undefined;
}

function detectNode(facts: DirectoryFacts): DetectedCode | undefined {
  const text = facts.read('package.json');
  if (text === undefined) return undefined;
  const file = parsed(text);
  const starts = typeof file.scripts?.start === 'string' || typeof file.main === 'string';
  const found = { runtime: 'nodejs', because: 'package.json' } as const;
  if (starts || ['server.js', 'index.js'].some((name) => facts.names.includes(name))) return { ...found, notes: [] };
  // The sources of a page that is built: what the build made is what is served.
  return (
    detectStatic(facts) ?? { ...found, notes: ['package.json needs a start script, or there must be a server.js.'] }
  );
}

interface PackageFile {
  readonly main?: unknown;
  readonly scripts?: { readonly start?: unknown } | null;
}

function parsed(text: string): PackageFile {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? value : {};
  } catch {
    return {};
  }
}

function detectGo({ names, namesIn }: DirectoryFacts): DetectedCode | undefined {
  if (!names.includes('go.mod')) return undefined;
  const found = { runtime: 'go', because: 'go.mod' } as const;
  if (names.some((name) => name.endsWith('.go'))) return { ...found, notes: [] };
  const commands = namesIn('cmd');
  if (commands.length === 1) return { ...found, entrypoint: [`main: ./cmd/${commands[0]}`], notes: [] };
  return {
    ...found,
    notes: ['No main package is in the directory itself: name it in app.yaml, as in "main: ./cmd/server".'],
  };
}

function detectJava({ names }: DirectoryFacts): DetectedCode | undefined {
  const [jar, ...others] = names.filter((name) => name.endsWith('.jar'));
  if (jar !== undefined) {
    const notes = others.length === 0 ? [] : ['There are several jars: only the one that runs may be here.'];
    return { runtime: 'java', because: jar, notes };
  }
  const build = ['pom.xml', 'build.gradle', 'build.gradle.kts'].find((name) => names.includes(name));
  if (build !== undefined) {
    return { runtime: 'java', because: build, notes: ['Build one executable jar and put it beside app.yaml.'] };
  }
  const [source, ...more] = names.filter((name) => name.endsWith('.java'));
  if (source === undefined || more.length > 0) return undefined;
  return { runtime: 'java', because: source, entrypoint: [`entrypoint: java -Xmx128m ${source}`], notes: [] };
}

function detectPhp({ names, namesIn }: DirectoryFacts): DetectedCode | undefined {
  const front = names.includes('index.php') ? 'index.php' : undefined;
  const publicFront = namesIn('public').includes('index.php') ? 'public/index.php' : undefined;
  const because = front ?? publicFront ?? names.find((name) => name === 'composer.json');
  if (because === undefined) return undefined;
  const notes = because === 'composer.json' ? ['There must be an index.php or a public/index.php.'] : [];
  return { runtime: 'php', because, notes };
}
