import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listSelection } from '../../../src/packaging/list-selection.ts';
import { selectionRules } from '../../../src/packaging/selection-rules.ts';
import { temporaryDirectory } from '../../platform/temporary-directory.ts';
import { roomy, treeOnDisk } from './tree-on-disk.ts';

const hasGcloud = spawnSync('sh', ['-c', 'command -v gcloud']).status === 0;

// Patterns that gcloud reads unlike git are among them; each speaks of names of its own.
const ignoreFile = `
# comment
plain
/anchored
mid/dle/
dir-only/
*.log
!keep.log
#!include:.more
deep/**/leaf
**/any
all/**
re/*
!re/admitted
*/star
cl[a-c]ss
cl[!a-c]uss
que?tion
\\#hash
\\!bang
sp\\ ace
trailing   
`;

const paths = `plain x/plain anchored x/anchored mid/dle/f x/mid/dle/f dir-only x/dir-only/f a.log x/keep.log s/keep.log
  deep/leaf deep/1/2/leaf x/deep/leaf any x/any all/f all/d/f x/all/f re/dropped re/admitted x/re/f star x/star y/x/star
  longer/x/star class clbss cldss clauss cluuss clzuss question quetion #hash !bang trailing included x/included
  not-included kept/.hidden .gitignore ünï/cödé A/B/C`;

it.skipIf(!hasGcloud)(
  'the same files are selected as by gcloud meta list-files-for-upload',
  { timeout: 120_000 },
  async () => {
    const files = Object.fromEntries([...paths.trim().split(/\s+/), 'sp ace', 'x/sp ace'].map((path) => [path, '']));
    const directory = treeOnDisk({
      ...files,
      '.gcloudignore': ignoreFile,
      '.more': 'included\n#!include:.third\n',
      '.third': 'not-included\n',
      'link-to-x': { linkTo: 'x' },
      'link-to-file': { linkTo: 'x/keep.log' },
      'linked.log': { linkTo: 'x/keep.log' },
    });
    const rules = selectionRules({ directory, runtime: 'python312' });
    const selection = await listSelection({ directory, rules, limits: roomy });
    const uploaded = listedByGcloud(directory);
    expect(uploaded.length).toBeGreaterThan(20);
    expect(selection.files.map((file) => file.path)).toEqual([...uploaded].sort());
  },
);

function listedByGcloud(directory: string): readonly string[] {
  const home = temporaryDirectory();
  const environment = {
    PATH: process.env.PATH,
    LC_ALL: 'C.UTF-8',
    HOME: home,
    CLOUDSDK_CONFIG: join(home, 'gcloud'),
    CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: '1',
    CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: '1',
  };
  const run = spawnSync('gcloud', ['meta', 'list-files-for-upload', directory], { env: environment, encoding: 'utf8' });
  expect(run.stderr).toBe('');
  return run.stdout.split('\n').filter(Boolean);
}
