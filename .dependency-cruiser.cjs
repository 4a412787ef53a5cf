/** Who may import whom: one rule a folder, types included. See ARCHITECTURE.md. */

/** Folder -> what it may import besides itself. */
const allowed = {
  'src/commands': ['src/cli', 'src/deploy', 'src/operate', 'src/develop', 'src/scaffold', 'src/model', 'src/errors'],
  // Of the use cases only types: see the rule below.
  'src/cli': [
    'src/deploy',
    'src/operate',
    'src/develop',
    'src/scaffold',
    'src/config',
    'src/progress',
    'src/adapters/registry',
    'src/credentials',
    'src/backend',
    'src/errors',
    'src/model',
    'src/support',
  ],
  'src/deploy': [
    'src/config',
    'src/packaging',
    'src/backend',
    'src/progress',
    'src/model',
    'src/errors',
    'src/support',
  ],
  'src/operate': [
    'src/config',
    'src/packaging',
    'src/backend',
    'src/progress',
    'src/model',
    'src/errors',
    'src/support',
  ],
  'src/develop': ['src/deploy', 'src/config', 'src/backend', 'src/progress', 'src/model', 'src/errors', 'src/support'],
  'src/adapters/memory': ['src/backend', 'src/model', 'src/errors', 'src/support'],
  'src/adapters/plugins': ['src/adapters/memory', 'src/backend', 'src/model', 'src/errors', 'src/support'],
  'src/adapters/platform': ['src/backend', 'src/protocol', 'src/credentials', 'src/model', 'src/errors', 'src/support'],
  'src/adapters/google': ['src/backend', 'src/protocol', 'src/credentials', 'src/model', 'src/errors', 'src/support'],
  'src/platform': ['src/protocol', 'src/config', 'src/model', 'src/errors', 'src/support'],
  'src/protocol': ['src/model', 'src/errors'],
  'src/config': ['src/model', 'src/errors', 'src/support'],
  'src/packaging': ['src/model', 'src/errors', 'src/support'],
  'src/backend': ['src/model', 'src/errors', 'src/support'],
  'src/credentials': ['src/model', 'src/errors', 'src/support'],
  'src/scaffold': ['src/model', 'src/errors', 'src/support'],
  'src/progress': ['src/model'],
  'src/model': [],
  'src/support': [],
  'src/errors': [],
};

/** Exceptions to the table, each with its reason. */
const alsoAllowed = {
  // The daemon's own commands are the door from the tool to the platform, and `dev`, which runs one for itself.
  'src/commands': ['src/commands/platform/.*', 'src/commands/dev\\.ts'],
};

function prefix(folder) {
  return folder === 'src/errors' ? '^src/errors(/|\\.ts$)' : `^${folder}(/|\\.ts$)`;
}

const rules = Object.entries(allowed).map(([folder, others]) => ({
  name: `${folder.replace('src/', '').replace('/', '-')}-imports`,
  severity: 'error',
  from: { path: prefix(folder), pathNot: (alsoAllowed[folder] ?? []).map((path) => `^${path}`) },
  to: { path: '^src/', pathNot: [prefix(folder), ...others.map(prefix)] },
}));

module.exports = {
  forbidden: [
    ...rules,
    {
      name: 'cli-takes-only-types-from-use-cases',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^src/(deploy|operate|develop|scaffold|config)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-circles',
      comment: 'A circle means that two files are one; type-only circles included.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'only-serving-starts-processes',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot:
          '^src/(platform/serving/process\\.ts|adapters/platform/daemon-launcher\\.ts|cli/open-browser\\.ts|cli/update-notice\\.ts|credentials/keyring\\.ts|cli/git-commit\\.ts)$',
      },
      to: { path: '^(node:)?child_process$' },
    },
    {
      name: 'no-barrels',
      severity: 'error',
      from: {},
      to: { path: '^src/.*/index\\.ts$' },
    },
    {
      name: 'no-attics',
      comment: 'Name a file for its idea.',
      severity: 'error',
      from: {},
      to: { path: '^src/.*(^|/)(utils?|helpers?|common|misc|shared)(/|\\.ts$)' },
    },
    {
      name: 'no-tests-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'no-dev-dependencies-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
