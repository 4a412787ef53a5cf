// Compiles a CommonJS bundle with V8's code cache: half of the start-up time otherwise goes into compiling.
'use strict';

const { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { createHash } = require('node:crypto');
const Module = require('node:module');
const { dirname, join, resolve } = require('node:path');
const { Script, constants } = require('node:vm');

/** Everything about the cache may fail without anybody noticing but the clock. */
exports.loadBundle = ({ filename, source, version }) => {
  const cacheFile = join(
    cacheDirectory(),
    'code',
    `${version}-${process.version}-${process.arch}-${keyOf(filename)}.bin`,
  );
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
  if (cachedData === undefined || script.cachedDataRejected) process.once('exit', () => writeCache(cacheFile, script));
  return bundle.exports;
};

/** As src/support/home-directories.ts has it; that file is inside the bundle. */
function cacheDirectory() {
  const { APPCFG_HOME, XDG_CACHE_HOME, HOME } = process.env;
  if (APPCFG_HOME) return join(resolve(APPCFG_HOME), 'cache');
  return join(XDG_CACHE_HOME || join(HOME || require('node:os').homedir(), '.cache'), 'appcfg');
}

/** V8 checks its own version and flags, and of the source only the length: a rebuilt bundle needs a new name. */
function keyOf(filename) {
  const { mtimeMs, size } = statSync(filename);
  return createHash('sha256').update(`${filename}\0${mtimeMs}\0${size}`).digest('hex').slice(0, 16);
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

function writeCache(file, script) {
  const temporary = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, script.createCachedData(), { mode: 0o600 });
    renameSync(temporary, file);
  } catch {
    rmSync(temporary, { force: true });
  }
}
