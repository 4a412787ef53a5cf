#!/usr/bin/env node
// Runs the tool from its sources, without a build: for development.
'use strict';

const { dirname, join } = require('node:path');
const { pathToFileURL } = require('node:url');

const root = dirname(__dirname);

require('tsx/esm/api').register();
import(pathToFileURL(join(root, 'src', 'main.ts')).href)
  .then(({ main }) => main(process.argv.slice(2), { root, ignoresManifest: true }))
  .then((code) => process.exit(code));
