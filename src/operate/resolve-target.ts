/** Which application, module and version a command means: from its flags, its yaml files, or what there is. */
import type { VersionName } from '../backend/call-options.ts';
import { failure } from '../errors.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { DEFAULT_MODULE } from '../model/names.ts';
import { describeApplication, requireModule } from './describe-application.ts';
import type { OperateContext } from './operate-context.ts';
import { loadYaml, namesOnly, requireValid, type YamlApplication, type YamlLoader } from './yaml-files.ts';

export interface TargetRequest {
  /** Yaml files of modules, or a directory with an app.yaml, as the user named them. */
  readonly paths: readonly string[];
  readonly workingDirectory: string;
  readonly application?: string | undefined;
  readonly module?: string | undefined;
  readonly version?: string | undefined;
  readonly load?: YamlLoader;
}

/**
 * The application: -A, else that of the files, else that of ./app.yaml, else the user's own default, else the only one
 * on the backend.
 * @throws AppcfgError `application.ambiguous`, `config.invalid` (named files only)
 */
export async function resolveApplication(context: OperateContext, request: TargetRequest): Promise<string> {
  const { application } = request;
  if (application !== undefined) return application;
  const named = request.paths.length > 0 ? requireValid(await load(request, false)) : await loadAround(request);
  if (named?.application !== undefined) return named.application;
  if (context.defaultApplication !== undefined) return context.defaultApplication;
  const known = await context.backend.applications({ signal: context.signal });
  const [only] = known;
  if (only === undefined || known.length > 1) throw failure('application.ambiguous', { known });
  return only;
}

/**
 * The versions: one for each yaml file (flags win over what a file says), or the one that the flags name. Without -M
 * it is one of the default module; without -V the module's only one.
 * @throws AppcfgError `target.bad-files`, `application.ambiguous`, `version.required`, `module.not-found`
 */
export async function resolveVersions(
  context: OperateContext,
  request: TargetRequest,
): Promise<readonly VersionName[]> {
  return request.paths.length > 0 ? versionsOfFiles(context, request) : [await resolveVersion(context, request)];
}

/** The one that the flags name. @throws AppcfgError `application.ambiguous`, `version.required`, `module.not-found` */
export async function resolveVersion(
  context: OperateContext,
  request: Omit<TargetRequest, 'paths'>,
): Promise<VersionName> {
  const application = await resolveApplication(context, { ...request, paths: [] });
  const module = request.module ?? DEFAULT_MODULE;
  const version = request.version ?? (await onlyVersion(context, application, module));
  return { application, module, version };
}

async function versionsOfFiles(context: OperateContext, request: TargetRequest): Promise<readonly VersionName[]> {
  const { modules, diagnostics, ...loaded } = await load(request, true);
  if (hasErrors(diagnostics)) {
    const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
    throw failure('target.bad-files', { errors, diagnostics });
  }
  const application =
    request.application ?? loaded.application ?? (await resolveApplication(context, { ...request, paths: [] }));
  if (modules.length === 0) throw failure('deploy.nothing', { paths: request.paths });
  return modules.map(({ module, version }) => ({ application, module, version }));
}

async function onlyVersion(context: OperateContext, application: string, module: string): Promise<string> {
  const { versions } = requireModule(await describeApplication(context, application), module);
  const [only] = versions;
  if (only && versions.length === 1) return only.id;
  throw failure('version.required', { module, known: versions.map(({ id }) => id) });
}

/** Whatever is wrong in a file that nobody named is no reason to stop. */
async function loadAround(request: TargetRequest): Promise<YamlApplication | undefined> {
  try {
    return await load({ ...request, paths: ['.'] }, false);
  } catch {
    return undefined;
  }
}

async function load(request: TargetRequest, versionRequired: boolean): Promise<YamlApplication> {
  const { paths, workingDirectory, application, module, version } = request;
  const overrides = {
    ...(application === undefined ? {} : { application }),
    ...(module === undefined ? {} : { module }),
    ...(version === undefined ? {} : { version }),
    environmentVariables: {},
  };
  const query = { paths, workingDirectory, overrides, ...namesOnly, versionRequired };
  return withoutSettings(await (request.load ?? loadYaml)(query));
}

/** A directory's cron.yaml may be broken: it names no version. */
function withoutSettings(loaded: YamlApplication): YamlApplication {
  const isSettings = (file: string) => /(?:^|[\\/])(?:cron|dispatch|dos|index|queue)\.ya?ml$/.test(file);
  return { ...loaded, diagnostics: loaded.diagnostics.filter(({ file }) => !isSettings(file)) };
}
