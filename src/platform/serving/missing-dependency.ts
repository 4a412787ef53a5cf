/** What a program says when something it needs is not there, and where that is put right. */

export interface MissingDependency {
  /** The library or file as the program named it. */
  readonly name: string;
  readonly kind: 'python' | 'node' | 'file';
}

/** What interpreters print; the last match counts, because frameworks catch and retry. */
const patterns: readonly (readonly [RegExp, MissingDependency['kind']])[] = [
  [/ModuleNotFoundError: No module named '([^']+)'/, 'python'],
  [/ImportError: No module named '?([\w.]+)'?/, 'python'],
  [/Cannot find package '([^']+)'/, 'node'],
  [/Cannot find module '((?:\.|\/|file:)[^']*)'/, 'file'],
  [/Cannot find module '([^']+)'/, 'node'],
  [/can't open file '([^']+)'/, 'file'],
];

export function missingDependency(output: readonly string[]): MissingDependency | undefined {
  for (const line of output.toReversed()) {
    for (const [pattern, kind] of patterns) {
      const name = pattern.exec(line)?.[1];
      if (name !== undefined) return { name, kind };
    }
  }
  return undefined;
}

/** Libraries whose name in an import is not their name in the registry. */
const distributions: Readonly<Record<string, string>> = {
  yaml: 'PyYAML',
  PIL: 'Pillow',
  bs4: 'beautifulsoup4',
  cv2: 'opencv-python',
  dateutil: 'python-dateutil',
  dotenv: 'python-dotenv',
  jwt: 'PyJWT',
  sklearn: 'scikit-learn',
  MySQLdb: 'mysqlclient',
  psycopg2: 'psycopg2-binary',
};

/** One sentence. */
export function dependencyAdvice({ name, kind }: MissingDependency, runtime: string): string {
  switch (kind) {
    case 'file':
      return `Check that ${name} is among the files that are deployed: appcfg files`;
    case 'node':
      return `Add ${packageOf(name)} to "dependencies" in package.json (npm install ${packageOf(name)}) and deploy again.`;
    case 'python': {
      const [top = name] = name.split('.');
      if (/^python(27)?$/.test(runtime))
        return `Put ${top} into a lib folder of the module, or name it under "libraries:".`;
      return `Add ${distributions[top] ?? top} to requirements.txt beside the yaml file and deploy again.`;
    }
  }
}

/** `lodash` of `lodash/get`, `@scope/name` of `@scope/name/part`. */
function packageOf(name: string): string {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}
