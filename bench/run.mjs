/** `npm run bench [startup|deploy|gcloud|cold-start|router|websocket|idle|google] [files]`: ratios measured in one run, against peers on this machine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchColdStart } from './cold-start.mjs';
import { benchDeploy } from './deploy.mjs';
import { benchGcloud } from './gcloud.mjs';
import { benchGoogle } from './google.mjs';
import { benchGrowth } from './growth.mjs';
import { benchIdle } from './idle.mjs';
import { note } from './measure.mjs';
import { benchMemory } from './memory.mjs';
import { benchReleases } from './releases.mjs';
import { benchRouter } from './router.mjs';
import { benchStartup } from './startup.mjs';
import { benchUpload } from './upload.mjs';
import { benchWebSocket } from './websocket.mjs';

/** The long ones last. */
const benches = {
  startup: benchStartup,
  upload: benchUpload,
  memory: benchMemory,
  releases: benchReleases,
  router: benchRouter,
  websocket: benchWebSocket,
  'cold-start': benchColdStart,
  idle: benchIdle,
  gcloud: benchGcloud,
  google: benchGoogle,
  deploy: benchDeploy,
  growth: benchGrowth,
};
/** What would begin later is skipped: no group takes four minutes, and all of them together stay under ten. */
const LAST_BEGIN_MS = 6 * 60_000;
const [only, files = '10000'] = process.argv.slice(2);
if (only !== undefined && !(only in benches)) {
  process.stderr.write(`unknown bench ${only}; there are: ${Object.keys(benches).join(', ')}\n`);
  process.exit(2);
}

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'appcfg-bench-'));
note(`node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'cpu'}; ratio = first / second, medians`);
try {
  for (const [name, bench] of Object.entries(benches)) {
    if (only !== undefined && only !== name) continue;
    if (performance.now() > LAST_BEGIN_MS)
      note(`${name} rows: skipped, this run takes too long on this machine; npm run bench ${name}`);
    else await bench({ root, scratch, home: join(scratch, `home-${name}`), files: Number(files) });
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
