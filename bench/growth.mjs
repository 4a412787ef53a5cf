/** How costs grow: with files, with modules, with routes. The exponent is 1 where ten times as much costs ten times as much. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { exponent, interleave, median, note, run, withPeakMemory } from './measure.mjs';
import { generateTree } from './tree.mjs';

const fileCounts = [1000, 10_000, 50_000];
const moduleCounts = [1, 10, 50];
const routeCounts = [10, 100, 1000];
/** Bytes: what a file costs, not what its content costs. */
const SMALL_FILE = 300;

export async function benchGrowth({ root, home, scratch }) {
  const bin = join(root, 'bin', 'run.js');
  const options = {
    env: { ...process.env, APPCFG_HOME: home, APPCFG_PORT: '0', APPCFG_CONTROL_PORT: '0', NODE_EXTRA_CA_CERTS: '' },
  };
  const appcfg = (...args) => run(process.execPath, [bin, ...args], options);
  await appcfg('platform', 'start');
  try {
    await growFiles(appcfg, options, bin, scratch);
  } finally {
    await appcfg('platform', 'stop');
  }
  const large = toolForManyModules(root, scratch);
  const others = { env: { ...options.env, APPCFG_HOME: `${home}-modules` } };
  const many = (...args) => run(process.execPath, [large, ...args], others);
  await many('platform', 'start');
  try {
    await growModules(many, scratch);
  } finally {
    await many('platform', 'stop');
  }
  await growRoutes(root, scratch);
}

async function growFiles(appcfg, options, bin, scratch) {
  const first = [];
  const memory = [];
  const redeploys = {};
  for (const count of fileCounts) {
    const tree = join(scratch, `files-${count}`);
    generateTree(tree, count, 0, { fileBytes: SMALL_FILE, application: `files-${count}` });
    const begin = performance.now();
    memory.push(
      (await withPeakMemory(process.execPath, [bin, 'update', tree, '--quiet'], options)).peakBytes / 2 ** 20,
    );
    first.push(performance.now() - begin);
    redeploys[count] = () => appcfg('update', tree, '--quiet');
  }
  const same = await interleave(redeploys, 2);
  growthRow('first deploy, files', fileCounts, first, 'ms');
  growthRow(
    'unchanged redeploy, files',
    fileCounts,
    fileCounts.map((count) => same[count]),
    'ms',
  );
  growthRow('peak memory of a first deploy, files', fileCounts, memory, 'MiB');
}

/**
 * An application has twenty modules at most (App Engine's limit, which the platform keeps): fifty take a copy of the
 * tool and the platform with another number in that place, and nothing else changed.
 */
function toolForManyModules(root, scratch) {
  const copy = join(scratch, 'many-modules');
  for (const part of ['bin', 'dist', 'package.json', 'oclif.manifest.json', 'runtimes', 'templates'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const name of ['cli.cjs', 'platform.cjs']) {
    const file = join(copy, 'dist', name);
    const bundle = readFileSync(file, 'utf8');
    const changed = bundle.replaceAll(/("?paid-us"?:\s*\{\s*modules:\s*)20\b/g, `$1${Math.max(...moduleCounts)}`);
    if (changed === bundle) throw new Error(`${name} does not say any more how many modules an application may have`);
    writeFileSync(file, changed);
  }
  return join(copy, 'bin', 'run.js');
}

async function growModules(appcfg, scratch) {
  const first = [];
  const redeploys = {};
  for (const count of moduleCounts) {
    const folder = join(scratch, `modules-${count}`);
    const files = Array.from({ length: count }, (_, index) => writeModule(folder, index, `modules-${count}`));
    const begin = performance.now();
    await appcfg('update', ...files, '--quiet');
    first.push(performance.now() - begin);
    redeploys[count] = () => appcfg('update', ...files, '--quiet');
  }
  const same = await interleave(redeploys, 3);
  growthRow('first deploy, modules', moduleCounts, first, 'ms');
  growthRow(
    'unchanged redeploy, modules',
    moduleCounts,
    moduleCounts.map((count) => same[count]),
    'ms',
  );
}

function writeModule(folder, index, application) {
  const name = index === 0 ? 'default' : `m${index}`;
  const directory = join(folder, name);
  mkdirSync(join(directory, 'site'), { recursive: true });
  for (let file = 0; file < 20; file += 1) writeFileSync(join(directory, 'site', `${file}.txt`), `${name} ${file}\n`);
  const yaml = join(directory, 'app.yaml');
  const module = index === 0 ? '' : `module: ${name}\n`;
  writeFileSync(
    yaml,
    `application: ${application}\n${module}version: one\nruntime: python27\nthreadsafe: true\nhandlers:\n- url: /\n  static_dir: site\n`,
  );
  return yaml;
}

/** The router's table itself: no socket, no process. */
async function growRoutes(root, scratch) {
  const { compileTable, chooseRoute } = await routing(root, scratch);
  const core = { randomness: { fraction: () => 0.5 } };
  const compile = [];
  const hosts = [];
  const handlers = [];
  for (const count of routeCounts) {
    const source = routes(count);
    compile.push(nanoseconds(() => compileTable(source), 20) / 1e6);
    const table = compileTable(source);
    const host = `m${count - 1}.shop.localhost`;
    const facts = { path: '/last', clientIp: '127.0.0.1', cookies: undefined, isInternal: false };
    hosts.push(nanoseconds(() => chooseRoute(core, table.host(host), facts), 20_000));
    const { compiled } = chooseRoute(core, table.host('shop.localhost'), facts).route.version;
    handlers.push(nanoseconds(() => compiled.matchHandler(`/p${count - 1}/x`), 20_000));
  }
  growthRow('a new routing table, modules in it', routeCounts, compile, 'ms');
  growthRow('host to version, modules in the table', routeCounts, hosts, 'ns');
  growthRow('path to the last of so many handlers', routeCounts, handlers, 'ns');
}

async function routing(root, scratch) {
  const outfile = join(scratch, 'routing.mjs');
  const folder = './src/platform/router';
  const contents = `export { compileTable } from '${folder}/compiled-table.ts'; export { chooseRoute } from '${folder}/choose-route.ts';`;
  await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}

/** One application with `count` modules; the default one has `count` handlers. */
function routes(count) {
  const handler = { login: 'optional', authFailAction: 'redirect', secure: 'optional' };
  const scaling = { type: 'automatic' };
  const spec = { runtime: 'nodejs20', environment: 'standard', scaling, errorHandlers: [], network: {} };
  const modules = new Map();
  for (let index = 0; index < count; index += 1) {
    const name = index === 0 ? 'default' : `m${index}`;
    const handlers =
      index === 0
        ? Array.from({ length: count }, (_, at) => ({ ...handler, type: 'script', url: `/p${at}/.*`, script: 'auto' }))
        : [];
    const deployment = {
      application: 'shop',
      module: name,
      version: 'one',
      deploymentId: `${name}-${count}`,
      spec: { ...spec, handlers },
      directory: '/nowhere',
      defaultHostname: 'shop.localhost',
    };
    const split = { shardBy: 'ip', allocations: { one: 1 } };
    modules.set(name, { name, split, versions: new Map([['one', { deployment, pool: {} }]]) });
  }
  const application = { id: 'shop', release: 'r1', modules, dispatch: [], dos: [] };
  return { applications: new Map([['shop', application]]) };
}

/** Of one call; the median of several batches after a warm-up. */
function nanoseconds(work, calls) {
  const batches = [];
  for (let batch = 0; batch < 6; batch += 1) {
    const begin = process.hrtime.bigint();
    for (let call = 0; call < calls; call += 1) work();
    batches.push(Number(process.hrtime.bigint() - begin) / calls);
  }
  return median(batches.slice(1));
}

function growthRow(what, sizes, values, unit) {
  const points = sizes.map((size, index) => `${size}: ${values[index].toFixed(values[index] < 10 ? 2 : 0)}`);
  note(`${what.padEnd(46)} exponent ${exponent(sizes, values).toFixed(2).padStart(5)}   ${points.join(', ')} ${unit}`);
}
