// Builds dist/: cli.cjs (the tool), platform.cjs (the daemon's side) and lib/ (third-party libraries, loaded on first use).
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const production = process.argv.includes('--production');

// Libraries that a command should not pay for unless it uses them. `true`: has a default export.
const libraries = {
  '@inquirer/prompts': false,
  archiver: false,
  axios: true,
  'google-auth-library': false,
  listr2: false,
  ws: true,
  yaml: false,
  zod: false,
};

// Native code and WebAssembly find their files beside themselves; oclif asks for compilers only in development.
const external = ['libsql', 'node-sqlite3-wasm', 'keytar', 'typescript', 'ts-node', 'tsx', '@swc/*'];

const fileName = (library) => library.replace('@', '').replace('/', '-');

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  external,
  minifySyntax: true,
  minifyWhitespace: production,
  legalComments: 'none',
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"' },
};

/** Sends imports of the heavy libraries to dist/lib, whatever kind of import they are. */
const lazyLibraries = {
  name: 'lazy-libraries',
  setup(bundler) {
    bundler.onResolve({ filter: /^[@a-z]/ }, ({ path, namespace }) => {
      if (namespace === 'library' || !Object.hasOwn(libraries, path)) return undefined;
      return { path, namespace: 'library' };
    });
    bundler.onLoad({ filter: /.*/, namespace: 'library' }, ({ path }) => {
      const file = `./lib/${fileName(path)}.cjs`;
      const names = libraries[path] ? `export { default } from ${JSON.stringify(file)};` : '';
      return { contents: `export * from ${JSON.stringify(file)};${names}`, loader: 'js' };
    });
    bundler.onResolve({ filter: /^\.\/lib\//, namespace: 'library' }, ({ path }) => ({ path, external: true }));
  },
};

// What oclif requires at every start and uses in help, plug-in search or its own error printing: evaluated on first use.
const rarelyUsed =
  /^(ansis|clean-stack|cli-spinners|debug|ejs|indent-string|lilconfig|minimatch|string-width|supports-color|tinyglobby|widest-line|wrap-ansi)$/;

const deferredLibraries = {
  name: 'deferred-libraries',
  setup(bundler) {
    // So are these parts of Node, which take milliseconds to load.
    bundler.onResolve({ filter: /^node:(child_process|fs\/promises|perf_hooks)$/ }, ({ path, importer, kind }) => {
      const isDeferred = kind === 'require-call' && importer.includes('/@oclif/core/lib/');
      return isDeferred ? { path, namespace: 'deferred' } : undefined;
    });
    bundler.onResolve({ filter: rarelyUsed }, async ({ path, importer, kind, resolveDir }) => {
      if (kind !== 'require-call' || !importer.includes('/@oclif/core/lib/')) return undefined;
      const { path: real } = await bundler.resolve(path, { kind, resolveDir });
      return { path: real, namespace: 'deferred' };
    });
    bundler.onLoad({ filter: /.*/, namespace: 'deferred' }, ({ path }) => ({
      resolveDir: root,
      contents: `
        let real;
        const load = () => (real ??= require(${JSON.stringify(path)}));
        const callable = () => (load().__esModule ? load().default : load());
        module.exports = new Proxy(function () {}, {
          get: (_, key) => (key === '__esModule' ? false : key in load() ? load()[key] : callable()[key]),
          apply: (_, self, args) => Reflect.apply(callable(), self, args),
        });`,
    }));
    // oclif only asks whether this is the Linux inside Windows, which takes reading files and starting a few modules.
    bundler.onResolve({ filter: /^wsl-utils$/ }, () => ({ path: 'wsl-utils', namespace: 'is-wsl' }));
    bundler.onLoad({ filter: /.*/, namespace: 'is-wsl' }, () => ({
      contents: `export const isWsl = process.platform === 'linux' && /microsoft/i.test(require('node:os').release());`,
    }));
  },
};

/** The platform is a bundle of its own: the tool loads it only to run it. */
const separatePlatform = {
  name: 'separate-platform',
  setup(bundler) {
    bundler.onResolve({ filter: /\/platform\/daemon\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: 'platform', namespace: 'platform' } : undefined,
    );
    bundler.onLoad({ filter: /.*/, namespace: 'platform' }, () => ({
      contents: 'export * from "./platform.cjs";',
      loader: 'js',
    }));
    bundler.onResolve({ filter: /^\.\/platform\.cjs$/, namespace: 'platform' }, ({ path }) => ({
      path,
      external: true,
    }));
  },
};

/** bin/run.js reads the bundle as Latin-1, which is faster; esbuild leaves other characters in regular expressions. */
async function makeAscii(file) {
  const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll(/[^\0-\x7f]/g, escaped));
}

// Built aside and put in place by renaming: a tool that runs meanwhile never sees half of it.
const output = `dist.${process.pid}`;
const libraryBuilds = Object.keys(libraries).map((library) => {
  const name = JSON.stringify(library);
  const contents = `export * from ${name};${libraries[library] ? `export { default } from ${name};` : ''}`;
  const { outExtension: _, ...others } = options;
  return build({ ...others, stdin: { contents, resolveDir: root }, outfile: `${output}/lib/${fileName(library)}.cjs` });
});
try {
  // All of them end before anything is removed, also when one fails.
  const results = await Promise.allSettled([
    build({
      ...options,
      entryPoints: { cli: 'src/main.ts' },
      outdir: output,
      plugins: [lazyLibraries, deferredLibraries, separatePlatform],
    }),
    build({
      ...options,
      entryPoints: { platform: 'src/platform/daemon.ts' },
      outdir: output,
      plugins: [lazyLibraries],
    }),
    // Help needs neither oclif nor any command.
    build({ ...options, entryPoints: { help: 'src/help-main.ts' }, outdir: output }),
    // The suite that backends of others are tested with.
    build({
      ...options,
      entryPoints: { 'backend-contract': 'test/contract/exported-contract.ts' },
      outdir: output,
      format: 'esm',
      outExtension: { '.js': '.mjs' },
      external: [...external, 'vitest'],
    }),
    ...libraryBuilds,
  ]);
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  await makeAscii(`${root}${output}/cli.cjs`);
  await rm(`${root}dist.old`, { recursive: true, force: true });
  await rename(`${root}dist`, `${root}dist.old`).catch(() => {});
  await rename(`${root}${output}`, `${root}dist`);
} catch (error) {
  // esbuild has already printed what is wrong.
  if (error.errors === undefined) throw error;
  process.exitCode = 1;
} finally {
  await rm(`${root}${output}`, { recursive: true, force: true });
  await rm(`${root}dist.old`, { recursive: true, force: true });
}
