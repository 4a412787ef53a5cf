/** Why a version could not be created: the end of its build log, and what it printed first when it started. */
import type { GoogleOperation } from './api-types.ts';
import { Bucket } from './bucket.ts';
import type { GoogleContext } from './google-context.ts';
import type { Explanation } from './google-operations.ts';
import { firstErrorLines } from './log-entries.ts';

const MOST_BUILD_LINES = 30;
const MOST_START_LINES = 20;

interface FailedVersion {
  readonly module: string;
  readonly version: string;
  readonly operation: GoogleOperation;
}

/** Never fails: what can't be read (permissions, APIs that are off) is left out. */
export async function explainVersion(
  context: GoogleContext,
  application: string,
  { module, version, operation }: FailedVersion,
): Promise<Explanation> {
  const sinceMs = Date.parse(operation.metadata?.insertTime ?? '') || context.clock.now();
  const [build, lines] = await Promise.all([
    buildLog(context, application, buildIdOf(operation)).catch(() => undefined),
    firstErrorLines(context, { application, module, version, sinceMs, limit: MOST_START_LINES }).catch(() => []),
  ]);
  return { output: [...(build?.lines ?? []), ...lines], ...(build?.url === undefined ? {} : { log: build.url }) };
}

/** In the operation's own field, or in the text of its error: `... build ID 1234-...`. */
function buildIdOf({ metadata, error }: GoogleOperation): string | undefined {
  const own = metadata?.createVersionMetadata?.cloudBuildId;
  if (own) return own;
  return /build(?:s\/|\s+(?:id\s+)?)([0-9a-f]{8}-[0-9a-f-]{27})/i.exec(error?.message ?? '')?.[1];
}

interface BuildResource {
  readonly logUrl?: string;
  /** `gs://BUCKET` or `gs://BUCKET/FOLDER` */
  readonly logsBucket?: string;
}

async function buildLog({ client }: GoogleContext, application: string, id: string | undefined) {
  if (id === undefined) return undefined;
  const path = `/v1/projects/${encodeURIComponent(application)}/builds/${id}`;
  const { logUrl, logsBucket } = await client.json<BuildResource>({ api: 'builds', method: 'GET', path });
  const [, bucket, folder] = /^(?:gs:\/\/)?([^/]+)\/?(.*)$/.exec(logsBucket ?? '') ?? [];
  if (bucket === undefined) return { url: logUrl, lines: [] };
  const name = [folder, `log-${id}.txt`].filter(Boolean).join('/');
  const log = await new Bucket(client, bucket).read(name).catch(() => undefined);
  const lines = (log?.bytes.toString('utf8') ?? '').split('\n').filter((line) => line.trim() !== '');
  return { url: logUrl, lines: lines.slice(-MOST_BUILD_LINES) };
}
