#!/usr/bin/env node
// The shipped entry: answers --version by itself and help from a small bundle, else loads the bundle through V8's code cache.
'use strict';

const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const root = dirname(__dirname);
const argv = process.argv.slice(2);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Error: appcfg needs Node 20.19 or newer; this is ${process.version}.\n`);
  process.exitCode = 70;
} else if (argv.length === 1 && (argv[0] === '--version' || argv[0] === 'version')) {
  process.stdout.write(`appcfg/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
} else if (!wantsHelp() || !showHelp()) {
  run();
}

function wantsHelp() {
  const last = argv[argv.length - 1];
  return argv.length === 0 || argv[0] === 'help' || last === '--help' || last === '-h';
}

/** False where it takes the whole tool: to say what is wrong, for example. */
function showHelp() {
  try {
    return require('../dist/help.cjs').showHelp(argv, root);
  } catch {
    return false;
  }
}

function run() {
  const bundle = join(root, 'dist', 'cli.cjs');
  let source;
  try {
    // esbuild writes ASCII only, and this is the fastest way to read that.
    source = readFileSync(bundle, 'latin1');
  } catch {
    process.stderr.write(`Error: appcfg is not built: ${bundle} is missing.\nHint:  npm run build   (in ${root})\n`);
    process.exitCode = 70;
    return;
  }
  const { main } = require('./load-bundle.js').loadBundle({ filename: bundle, source, version });
  main(argv, { root }).then(
    (code) => {
      // What is still queued for a pipe goes out first; what else might keep the process alive does not matter any more.
      process.stdout.write('', () => process.exit(code));
    },
    (error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exit(70);
    },
  );
}
