import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitIgnored } from '../../../src/packaging/git-ignored.ts';
import { lookLikeSecrets, suspiciousFiles } from '../../../src/packaging/suspicious-files.ts';
import { treeOnDisk } from './tree-on-disk.ts';

const hasGit = spawnSync('git', ['--version']).status === 0;

describe('lookLikeSecrets', () => {
  it.each([
    '.env',
    'config/.env.production',
    'prod.env',
    'id_rsa',
    '.ssh/id_ed25519',
    'server.key',
    'tls/server.pem',
    'cert.p12',
    'release.keystore',
    'service-account.json',
    'my_service_account_prod.json',
    'demo-app-0a1b2c3d4e5f.json',
    'client_secret_1.json',
    'application_default_credentials.json',
    'credentials.json',
    '.aws/credentials',
    'secrets.yaml',
    'SECRETS.YML',
    '.htpasswd',
    '.netrc',
    '.pgpass',
    'team.kdbx',
    '.npmrc',
    '.pypirc',
    '.git-credentials',
    '.boto',
    'terraform.tfstate',
    'terraform.tfstate.backup',
    'prod.tfvars',
  ])('%s', (path) => {
    expect(lookLikeSecrets([path])).toEqual([{ path, reason: expect.stringMatching(/^looks like /) }]);
  });

  it.each([
    'main.py',
    '.env.example',
    '.env.sample',
    'secrets.example.yaml',
    'env',
    'environment.ts',
    'id_rsa.pub',
    'cacert.pem',
    'fullchain.pem',
    'package.json',
    'keys.py',
    'secretsauce.md',
    'service.json',
    'monkey',
    'public.key',
    'app-123.json',
  ])('but not %s', (path) => {
    expect(lookLikeSecrets([path])).toEqual([]);
  });
});

describe('gitIgnored', () => {
  const entries = {
    '.gitignore': '*.log\n/dist\nbuild/\nlocal.*\n',
    '.git/info/exclude': 'private\n',
    'app/.gitignore': '!keep.log\n/only-here\nnode_modules\n',
    'app/a.log': '',
    'app/keep.log': '',
    'app/dist': '',
    'app/build/x': '',
    'app/build.py': '',
    'app/only-here': '',
    'app/sub/only-here': '',
    'app/sub/.gitignore': 'data/*\n!data/kept\n',
    'app/sub/data/gone': '',
    'app/sub/data/kept': '',
    'app/node_modules/m/keep.log': '',
    'app/private': '',
    'app/main.py': '',
    'app/local.py': '',
    'app/ü.log': '',
  };
  const paths = Object.keys(entries).flatMap((path) => (path.startsWith('app/') ? [path.slice(4)] : []));

  it('names the file that ignores, up to the top of the repository', async () => {
    const directory = join(treeOnDisk(entries), 'app');
    expect(await gitIgnored(directory, ['a.log', 'keep.log', 'sub/data/gone', 'private', 'only-here'])).toEqual([
      { path: 'a.log', reason: 'is ignored by git (.gitignore)' },
      { path: 'sub/data/gone', reason: 'is ignored by git (app/sub/.gitignore)' },
      { path: 'private', reason: 'is ignored by git (.git/info/exclude)' },
      { path: 'only-here', reason: 'is ignored by git (app/.gitignore)' },
    ]);
  });

  it.skipIf(!hasGit)('agrees with git', async () => {
    const repository = treeOnDisk(entries);
    const environment = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
    const git = (argumentList: readonly string[], input = '') =>
      spawnSync('git', ['-C', repository, ...argumentList], { env: environment, input, encoding: 'utf8' });
    expect(git(['init', '-q']).status).toBe(0);
    const checked = git(['check-ignore', '-z', '--no-index', '--stdin'], paths.map((path) => `app/${path}\0`).join(''));
    const expected = checked.stdout
      .split('\0')
      .filter(Boolean)
      .map((path) => path.slice(4));
    const found = await gitIgnored(join(repository, 'app'), paths);
    expect(expected.length).toBeGreaterThan(5);
    expect(found.map((finding) => finding.path).sort()).toEqual(expected.sort());
  });

  it('reads the .gitignore of a directory that is in no repository', async () => {
    const directory = treeOnDisk({ '.gitignore': '*.log' });
    expect(await gitIgnored(directory, ['a.log', 'b'])).toHaveLength(1);
  });
});

it('a file is reported once, as a secret rather than as ignored, in the order of the listing', async () => {
  const directory = treeOnDisk({ '.gitignore': '.env\n*.log' });
  expect(await suspiciousFiles(directory, ['a.log', '.env', 'main.py'])).toEqual([
    { path: 'a.log', reason: 'is ignored by git (.gitignore)' },
    { path: '.env', reason: 'looks like environment settings with secrets' },
  ]);
});
