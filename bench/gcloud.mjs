/** Deploys by `gcloud app deploy` and by `appcfg deploy`: the same tree to the same platform, in turn. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { interleave, note, row, run } from './measure.mjs';

const FILES = 1000;
const ROUNDS = 3;

export async function benchGcloud({ root, home, scratch }) {
  const found = (process.env.PATH ?? '').split(delimiter).some((place) => existsSync(join(place, 'gcloud')));
  if (!found) {
    note('gcloud rows: skipped, there is no gcloud here');
    return;
  }
  const bin = join(root, 'bin', 'run.js');
  const env = {
    ...process.env,
    HOME: scratch,
    APPCFG_HOME: home,
    APPCFG_PORT: '0',
    APPCFG_CONTROL_PORT: '0',
    NODE_EXTRA_CA_CERTS: '',
  };
  const appcfg = (...args) => run(process.execPath, [bin, ...args], { env });
  await appcfg('platform', 'start');
  try {
    const { text } = await appcfg('platform', 'gcloud-config', '-A', 'bench-app', '--json');
    const clouded = { ...env, CLOUDSDK_CORE_DISABLE_PROMPTS: '1', ...JSON.parse(text) };
    const gcloud = (...args) => run('gcloud', args, { env: clouded });
    // Each first deploy is of content that the platform has never seen.
    const trees = (tool) => Array.from({ length: ROUNDS + 1 }, (_, round) => place(scratch, `${tool}-${round}`));
    const forGcloud = trees('gcloud');
    const forAppcfg = trees('appcfg');
    // gcloud creates no application; its name and version are not in the files, which gcloud refuses.
    await appcfg('deploy', join(place(scratch, 'seed'), 'app.yaml'), '-A', 'bench-app', '--yes', '--quiet');
    const withGcloud = (tree, version) =>
      gcloud('app', 'deploy', join(tree, 'app.yaml'), '--project=bench-app', `--version=g${version}`, '--quiet');
    const withAppcfg = (tree, version) =>
      appcfg('deploy', join(tree, 'app.yaml'), '-A', 'bench-app', '-V', `a${version}`, '--yes', '--quiet');
    const first = await interleave(
      {
        appcfg: (round) => withAppcfg(forAppcfg[round], `first${round}`),
        gcloud: (round) => withGcloud(forGcloud[round], `first${round}`),
      },
      ROUNDS,
    );
    row(`first deploy, ${FILES} files, same server`, 'gcloud app deploy', first.appcfg, first.gcloud);
    const same = await interleave(
      {
        appcfg: () => withAppcfg(forAppcfg[0], 'same'),
        gcloud: () => withGcloud(forGcloud[0], 'same'),
      },
      ROUNDS,
    );
    row(`unchanged deploy, ${FILES} files, same server`, 'gcloud app deploy', same.appcfg, same.gcloud);
  } finally {
    await appcfg('platform', 'stop');
  }
}

/** A small Node application with many static files: what is measured is the deploy. */
function place(scratch, name) {
  const tree = join(scratch, 'gcloud-trees', name);
  mkdirSync(join(tree, 'www'), { recursive: true });
  writeFileSync(
    join(tree, 'app.yaml'),
    'runtime: nodejs20\nentrypoint: node server.js\nhandlers:\n- url: /www\n  static_dir: www\n- url: /.*\n  script: auto\n',
  );
  writeFileSync(
    join(tree, 'server.js'),
    "require('node:http').createServer((q, r) => r.end('ok')).listen(process.env.PORT);\n",
  );
  for (let index = 0; index < FILES; index += 1) {
    writeFileSync(join(tree, 'www', `${index}.txt`), `${name} ${index}\n`.repeat(40));
  }
  return tree;
}
