/** Which files are left out when the person wrote no rule: App Engine's lists per runtime, never written to disk. */
import { runtimeGeneration } from '../model/version-spec.ts';

export interface RuntimeChoice {
  readonly runtime: string;
  readonly environment: 'standard' | 'flexible';
}

export interface NamedTest {
  readonly label: string;
  test(path: string, isDirectory: boolean): boolean;
}

/** The text of the .gcloudignore that gcloud generates for a runtime; undefined where skip_files has defaults instead. */
export function generatedIgnoreText(choice: RuntimeChoice): string | undefined {
  if (choice.environment === 'flexible' || runtimeGeneration(choice.runtime) === 1) return undefined;
  // gcloud has no list of its own for Ruby, so the old default applies to it.
  if (choice.runtime.startsWith('ruby')) return undefined;
  const family = /^[a-z]+/.exec(choice.runtime)?.[0] ?? '';
  return ['.gcloudignore', '.git', '.gitignore', ...(familyPatterns[family] ?? [])].join('\n');
}

/** The default of `skip_files`, in App Engine's order; a directory that is certain to hold nothing else is not entered. */
export function defaultSkipTests(environment: RuntimeChoice['environment']): readonly NamedTest[] {
  return environment === 'flexible' ? [...editorAndCompiled, ...versionControl] : [...editorAndCompiled, dotFiles];
}

const familyPatterns: Readonly<Record<string, readonly string[]>> = {
  nodejs: ['node_modules/'],
  php: ['/vendor/'],
  python: ['__pycache__/', '/setup.cfg'],
  go: ['*.exe', '*.exe~', '*.dll', '*.so', '*.dylib', '*.test', '*.out'],
  java: ['target/'],
};

const editorAndCompiled: readonly NamedTest[] = [
  { label: 'default: #*#', test: (path) => /(?:^|\/)#.*#$/.test(path) },
  { label: 'default: *~', test: (path) => path.endsWith('~') },
  { label: 'default: *.py[co]', test: (path) => path.endsWith('.pyc') || path.endsWith('.pyo') },
  // The original let an RCS directory at the top through, because its expression wanted a parent.
  { label: 'default: RCS/', test: (path, isDirectory) => isDirectory && nameOf(path) === 'RCS' },
];

const dotFiles: NamedTest = { label: 'default: .*', test: (path) => nameOf(path).startsWith('.') };

const versionControl: readonly NamedTest[] = [
  { label: 'default: .gitignore', test: (path) => nameOf(path) === '.gitignore' },
  { label: 'default: .git/', test: (path, isDirectory) => isDirectory && nameOf(path) === '.git' },
  { label: 'default: node_modules/', test: (path, isDirectory) => isDirectory && nameOf(path) === 'node_modules' },
];

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
