/** What Google's server refuses of a version, as far as it is documented or was seen. */
import { Refusal } from './answer.ts';
import { type FakeStorage, sha1Of } from './fake-storage.ts';

interface WireVersion {
  readonly id?: string;
  readonly runtime?: string;
  readonly env?: string;
  readonly threadsafe?: boolean;
  readonly instanceClass?: string;
  readonly automaticScaling?: object;
  readonly basicScaling?: object;
  readonly manualScaling?: object;
  readonly handlers?: readonly {
    readonly script?: object;
    readonly staticFiles?: object;
    readonly apiEndpoint?: object;
    readonly urlRegex?: string;
  }[];
  readonly deployment?: {
    readonly files?: Readonly<Record<string, { readonly sourceUrl?: string; readonly sha1Sum?: string }>>;
    readonly zip?: { readonly sourceUrl?: string; readonly filesCount?: number };
    readonly container?: object;
  };
}

const MOST_FILES = 10_000;
const MOST_FILE_BYTES = 33_554_432;
const secondGeneration = /^(nodejs\d*|php[789]\d*|python3\d*|go1\d\d+|java[1-6]\d|ruby\d+)$/;

export function checkVersion(version: object, storage: FakeStorage): void {
  const {
    id = '',
    runtime,
    env = 'standard',
    threadsafe,
    instanceClass = '',
    deployment,
    handlers = [],
  } = version as WireVersion;
  const { automaticScaling, basicScaling, manualScaling } = version as WireVersion;
  if (!/^(?!-)[a-z\d-]{0,62}[a-z\d]$/.test(id) || /^(default|latest|ah-.*)$/.test(id))
    throw invalid('version.id', 'Invalid version id.');
  if (!runtime) throw invalid('version.runtime', 'A runtime is required.');
  if (runtime === 'python26')
    throw invalid('version.runtime', 'Runtime python26 is decommissioned and no longer supported.');
  if (!['standard', 'flex', 'flexible'].includes(env)) throw invalid('version.env', 'Unknown environment.');
  if (threadsafe !== undefined && secondGeneration.test(runtime)) {
    throw invalid('version.threadsafe', `threadsafe is not allowed for runtime ${runtime}.`);
  }
  const scalings = [automaticScaling, basicScaling, manualScaling].filter(Boolean);
  if (scalings.length > 1) throw invalid('version', 'Only one kind of scaling is allowed.');
  const wantsB = basicScaling !== undefined || manualScaling !== undefined;
  if (env === 'standard' && instanceClass !== '' && !instanceClass.startsWith(wantsB ? 'B' : 'F')) {
    throw invalid('version.instanceClass', `Class ${instanceClass} does not fit this scaling.`);
  }
  for (const { script, staticFiles, apiEndpoint, urlRegex } of handlers) {
    if ([script, staticFiles, apiEndpoint].filter(Boolean).length !== 1)
      throw invalid('version.handlers', `Handler ${urlRegex} needs exactly one kind.`);
  }
  checkDeployment(deployment, storage);
}

function checkDeployment(deployment: WireVersion['deployment'], storage: FakeStorage): void {
  const { files, zip } = deployment ?? {};
  if ((files === undefined) === (zip === undefined))
    throw invalid('version.deployment', 'Exactly one of files and zip is needed.');
  if (zip) {
    const object = storage.find(zip.sourceUrl ?? '');
    if (!object) throw invalid('version.deployment.zip.sourceUrl', `The object ${zip.sourceUrl} does not exist.`);
    const entries = zipNames(object.bytes).length;
    if (entries !== zip.filesCount)
      throw invalid('version.deployment.zip.filesCount', `The archive has ${entries} files.`);
    return;
  }
  const named = Object.entries(files ?? {});
  if (named.length > MOST_FILES)
    throw invalid('version.deployment.files[...]', `The number of files exceeds the limit of ${MOST_FILES} files.`);
  for (const [path, { sourceUrl = '', sha1Sum }] of named) {
    const object = storage.find(sourceUrl);
    const field = `version.deployment.files[${path}]`;
    if (!object) throw invalid(`${field}.source_url`, `The object ${sourceUrl} does not exist.`);
    if (sha1Sum !== sha1Of(object.bytes)) throw invalid(`${field}.sha1_sum`, 'The checksum is wrong.');
    if (object.bytes.length > MOST_FILE_BYTES)
      throw invalid(field, `The file is larger than ${MOST_FILE_BYTES} bytes.`);
  }
}

export function invalid(field: string, description: string): Refusal {
  const details = [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field, description }] }];
  return new Refusal(400, 'INVALID_ARGUMENT', description, details);
}

/** Of the archive's directory, where an unzipping program looks. */
export function zipNames(bytes: Buffer): readonly { readonly name: string; readonly mode: number }[] {
  const end = bytes.lastIndexOf(Buffer.from('504b0506', 'hex'));
  const names: { name: string; mode: number }[] = [];
  let offset = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const length = bytes.readUInt16LE(offset + 28);
    const name = bytes.subarray(offset + 46, offset + 46 + length).toString();
    names.push({ name, mode: (bytes.readUInt32LE(offset + 38) >>> 16) & 0o777 });
    offset += 46 + length + bytes.readUInt16LE(offset + 30) + bytes.readUInt16LE(offset + 32);
  }
  return names;
}
