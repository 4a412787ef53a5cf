// Compiles a CommonJS bundle with V8's code cache: half of the start-up time otherwise goes into compiling.
'use strict';

const { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { basename, dirname, join, resolve } = require('node:path');
const { Script, constants } = require('node:vm');

/** Everything about the cache may fail without anybody noticing but the clock. */
exports.loadBundle = ({ filename, source, version }) => {
  const { bundle: id, build } = keyOf(filename);
  const cacheFile = join(cacheDirectory(), 'code', `${id}-${version}-${process.version}-${process.arch}-${build}.bin`);
  const cachedData = readCache(cacheFile);
  const script = new Script(Module.wrap(source), {
    filename,
    cachedData,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const bundle = new Module(filename, module);
  bundle.filename = filename;
  bundle.paths = Module._nodeModulePaths(dirname(filename));
  // What requires the bundle by its path gets this one.
  require.cache[filename] = bundle;
  script.runInThisContext()(bundle.exports, Module.createRequire(filename), bundle, filename, dirname(filename));
  bundle.loaded = true;
  if (cachedData === undefined || script.cachedDataRejected)
    process.once('exit', () => writeCache(cacheFile, id, script));
  return bundle.exports;
};

/** As src/support/home-directories.ts has it; that file is inside the bundle. */
function cacheDirectory() {
  const { APPCFG_HOME, XDG_CACHE_HOME, HOME } = process.env;
  if (APPCFG_HOME) return join(resolve(APPCFG_HOME), 'cache');
  return join(XDG_CACHE_HOME || join(HOME || require('node:os').homedir(), '.cache'), 'appcfg');
}

/** The names of all caches of this bundle begin alike; V8 looks only at the length of a source, so its time is in there too. */
function keyOf(filename) {
  let hash = 0;
  for (let index = 0; index < filename.length; index += 1) hash = (hash * 31 + filename.charCodeAt(index)) | 0;
  const { mtimeMs, size } = statSync(filename);
  return { bundle: (hash >>> 0).toString(16), build: `${size}-${Math.round(mtimeMs)}` };
}

/** Compiled code is code: only what nobody else can have written is run. */
function readCache(file) {
  try {
    const { uid, mode } = statSync(file);
    if (process.getuid !== undefined && (uid !== process.getuid() || (mode & 0o022) !== 0)) return undefined;
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function writeCache(file, id, script) {
  const directory = dirname(file);
  const temporary = `${file}.${process.pid}`;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(temporary, script.createCachedData(), { mode: 0o600, flag: 'wx' });
    renameSync(temporary, file);
    // Those of former builds of this bundle are of no use to anybody.
    for (const name of readdirSync(directory)) {
      if (name.startsWith(`${id}-`) && name !== basename(file)) rmSync(join(directory, name), { force: true });
    }
  } catch {
    removeQuietly(temporary);
  }
}

function removeQuietly(file) {
  try {
    rmSync(file, { force: true });
  } catch {
    // There is not even a folder that it could be in.
  }
}
