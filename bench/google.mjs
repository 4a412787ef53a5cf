/** A deploy of three modules to the strict fake of Google, whose operations take 1.5 s, against a deploy of one of them. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { interleave, row, run } from './measure.mjs';

const OPERATION_MS = 1500;

export async function benchGoogle({ root, scratch, home }) {
  const fake = spawn(process.execPath, ['--import', 'tsx', join(root, 'test/google-fake/programs/serve.ts')], {
    cwd: root,
    env: { ...process.env, OPERATION_MS: String(OPERATION_MS) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => fake.once('close', resolve));
  try {
    const [url] = await new Promise((resolve) => {
      createInterface({ input: fake.stdout }).once('line', (line) => resolve([line]));
    });
    const folder = join(scratch, 'google-app');
    const files = ['default', 'api', 'worker'].map((module) => writeModule(folder, module));
    const env = {
      ...process.env,
      APPCFG_HOME: home,
      APPCFG_GOOGLE_API_ENDPOINT: url,
      APPCFG_GOOGLE_ACCESS_TOKEN: 'bench',
      APPCFG_GOOGLE_REGION: 'us-central',
      NODE_EXTRA_CA_CERTS: '',
    };
    let count = 0;
    // Each time a new version with new content, so that nothing is spared.
    const deploy = (names) => async () => {
      count += 1;
      writeFileSync(join(folder, 'main.py'), `# ${count}\n`);
      const args = [
        'update',
        '--backend',
        'google',
        '-A',
        'bench-shop',
        '-V',
        `v${count}`,
        '--promote',
        '-q',
        ...names,
      ];
      await run(process.execPath, [join(root, 'bin', 'run.js'), ...args], { env });
    };
    await deploy(files)();
    const medians = await interleave({ three: deploy(files), one: deploy(files.slice(0, 1)) }, 3);
    row('deploy of 3 modules to Google (1.5 s operations)', 'of 1 module', medians.three, medians.one);
  } finally {
    fake.stdin.end();
    await ended;
  }
}

function writeModule(folder, module) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, module === 'default' ? 'app.yaml' : `${module}.yaml`);
  writeFileSync(
    file,
    `runtime: python312\n${module === 'default' ? '' : `module: ${module}\n`}entrypoint: python main.py\n`,
  );
  return file;
}
